// One short sound at a time, such as a voice's preview. Whatever played before falls silent.
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const audio = new Audio();
let playing: string | null = null;

for (const event of ['ended', 'pause', 'error']) audio.addEventListener(event, () => note(null));

/** The address of what plays; null in silence. */
export function usePlaying(): string | null {
  return useSyncExternalStore(subscribe, () => playing);
}

/** Rejects when it cannot be played. Asked for what plays already, it stops. */
export async function playSound(url: string): Promise<void> {
  if (playing === url) return audio.pause();
  audio.src = url;
  note(url);
  try {
    await audio.play();
  } catch (error) {
    // Another sound was asked for meanwhile.
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  }
}

export function stopSound(): void {
  audio.pause();
}

function note(url: string | null): void {
  playing = url;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
