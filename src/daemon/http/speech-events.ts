// OpenAI's `stream_format: sse`: audio in base64 as events, then how much it was.

/** Server-sent events for the encoded audio in `parts`; `inputChars` stands in for tokens, which we do not count. */
export async function* toSpeechEvents(
  parts: AsyncIterable<Buffer>,
  inputChars: number,
): AsyncGenerator<string> {
  let bytes = 0;
  for await (const part of parts) {
    bytes += part.length;
    yield toEvent({ type: 'speech.audio.delta', audio: part.toString('base64') });
  }
  const usage = { input_tokens: inputChars, output_tokens: bytes, total_tokens: inputChars + bytes };
  yield toEvent({ type: 'speech.audio.done', usage });
}

function toEvent(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
