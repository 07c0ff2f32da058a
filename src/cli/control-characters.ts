// A terminal obeys control characters; text that somebody else wrote must not move its cursor or set its title.

/** The visible stand-in for each of C0, DEL and C1, one column wide: ESC becomes ␛. */
export function showControls(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (control) => {
    const code = control.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : '�';
  });
}

/** The same for a message of several lines. */
export function showControlsInLines(text: string): string {
  return text.split('\n').map(showControls).join('\n');
}
