// Plays a short sound, and stops it again.
import { playSound, usePlaying } from './sound.ts';
import { tellError } from './toasts.tsx';

export function SoundButton({ url, label, text }: { url: string; label: string; text?: string }) {
  const isPlaying = usePlaying() === url;
  return (
    <button
      type="button"
      className="button"
      aria-label={label}
      aria-pressed={isPlaying}
      onClick={() => playSound(url).catch(tellError)}
    >
      <span aria-hidden="true">{isPlaying ? '■' : '▶'}</span>
      {text}
    </button>
  );
}
