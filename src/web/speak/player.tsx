// Plays a job from its first chunk, while the rest still renders: transport, waveform, and the words that are spoken.
import { useEffect, useState } from 'react';
import type { TextReply } from '../../api/v1.ts';
import { resolveUrl } from '../daemon/client.ts';
import type { JobView } from '../daemon/job-state.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { formatClock, S } from '../strings.ts';
import { Transcript } from './transcript.tsx';
import { useChunks } from './use-chunks.ts';
import { Waveform } from './waveform.tsx';

export function Player({ job, autoplay }: { job: JobView; autoplay: boolean }) {
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [atSec, setAtSec] = useState(0);
  const chunks = useChunks(job);
  const { data } = useQuestion<TextReply>(`v1/jobs/${job.id}/text`);
  const wholeSec = job.result?.audio_sec ?? null;
  const madeSec = wholeSec ?? chunks.findLast((chunk) => chunk.endSec !== null)?.endSec ?? 0;
  useSource(audio, job);

  useEffect(() => {
    if (audio && autoplay) audio.play().catch(() => {});
  }, [audio, autoplay]);

  function toggle() {
    if (!audio) return;
    if (audio.paused) void audio.play().catch(() => {});
    else audio.pause();
  }

  function seek(sec: number) {
    if (!audio) return;
    audio.currentTime = sec;
    setAtSec(sec);
  }

  return (
    <div className="player">
      {/* biome-ignore lint/a11y/useMediaCaption: the transcript below is the captions */}
      <audio
        ref={setAudio}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onTimeUpdate={({ currentTarget }) => setAtSec(currentTarget.currentTime)}
      />
      <div className="transport">
        <button type="button" className="button primary round" onClick={toggle}>
          <span aria-hidden="true">{isPlaying ? '❚❚' : '▶'}</span>
          <span className="visually-hidden">{isPlaying ? S.job.pause : S.job.play}</span>
        </button>
        <Waveform
          chunks={chunks}
          doneShare={wholeSec === null ? job.progress / 100 : 1}
          atSec={atSec}
          madeSec={madeSec}
          onSeek={seek}
        />
        <span className="clock">
          {formatClock(atSec)} / {formatClock(madeSec)}
          {wholeSec === null && '…'}
        </span>
      </div>
      {data && (
        <Transcript
          job={job}
          text={data.text}
          chunks={chunks}
          atSec={atSec}
          onChoose={(sec) => {
            seek(sec);
            void audio?.play().catch(() => {});
          }}
        />
      )}
    </div>
  );
}

/**
 * While the job renders, its live stream; later the finished file, in which one can go anywhere. The change is made when
 * nothing plays, and keeps the place.
 */
function useSource(audio: HTMLAudioElement | null, job: JobView): void {
  const isWhole = job.result !== null;
  const stream = resolveUrl(`v1/jobs/${job.id}/stream`);
  const file = resolveUrl(`tts/${job.id}/result`);
  // An element that is taken away would go on playing and asking for its sound.
  useEffect(() => {
    if (!audio) return;
    return () => {
      audio.removeAttribute('src');
      audio.load();
    };
  }, [audio]);
  useEffect(() => {
    if (!audio) return;
    if (!audio.hasAttribute('src')) {
      audio.src = isWhole ? file : stream;
      return;
    }
    if (!isWhole || audio.src === file) return;
    const swap = () => {
      const atSec = audio.ended ? 0 : audio.currentTime;
      audio.src = file;
      audio.currentTime = atSec;
      stop();
    };
    const stop = () => {
      audio.removeEventListener('pause', swap);
      audio.removeEventListener('ended', swap);
    };
    if (audio.paused) swap();
    else {
      audio.addEventListener('pause', swap);
      audio.addEventListener('ended', swap);
    }
    return stop;
  }, [audio, isWhole, stream, file]);
}
