// Records from the microphone, and shows how loud it is.
import { useEffect, useRef, useState } from 'react';
import { formatClock, S } from '../strings.ts';
import { tell } from '../ui/toasts.tsx';

/** The daemon takes no longer clip. */
const MAX_SEC = 120;

export function Recorder({ onRecorded }: { onRecorded: (sound: Blob) => void }) {
  const [stream, setStream] = useState<MediaStream>();
  const recorder = useRef<MediaRecorder>(undefined);
  const [seconds, setSeconds] = useState(0);

  useEffect(() => {
    if (!stream) return;
    return () => {
      for (const track of stream.getTracks()) track.stop();
    };
  }, [stream]);

  useEffect(() => {
    if (!stream) return;
    const startedAt = performance.now();
    const timer = setInterval(() => {
      const passed = (performance.now() - startedAt) / 1000;
      setSeconds(passed);
      if (passed >= MAX_SEC) recorder.current?.stop();
    }, 200);
    return () => clearInterval(timer);
  }, [stream]);

  async function start() {
    try {
      const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      const made = new MediaRecorder(microphone);
      const parts: Blob[] = [];
      made.addEventListener('dataavailable', ({ data }) => parts.push(data));
      made.addEventListener('stop', () => {
        setStream(undefined);
        onRecorded(new Blob(parts, { type: made.mimeType }));
      });
      made.start();
      recorder.current = made;
      setSeconds(0);
      setStream(microphone);
    } catch {
      tell(S.voices.noMicrophone);
    }
  }

  // Browsers give the microphone to pages of this machine and of https alone.
  if (!navigator.mediaDevices) return <p className="hint">{S.voices.insecure}</p>;
  return (
    <div className="recorder">
      {stream ? (
        <>
          <button type="button" className="button danger" onClick={() => recorder.current?.stop()}>
            <span aria-hidden="true">■</span> {S.voices.stopRecording}
          </button>
          <LevelMeter stream={stream} />
          <span className="clock">{formatClock(seconds)}</span>
        </>
      ) : (
        <button type="button" className="button" onClick={start}>
          <span aria-hidden="true">●</span> {S.voices.record}
        </button>
      )}
    </div>
  );
}

function LevelMeter({ stream }: { stream: MediaStream }) {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = requestAnimationFrame(function measure() {
      analyser.getFloatTimeDomainData(samples);
      setLevel(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0));
      frame = requestAnimationFrame(measure);
    });
    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [stream]);
  return (
    <meter
      className="level"
      min={0}
      max={1}
      high={0.9}
      optimum={0.5}
      value={level}
      aria-label={S.voices.level}
    />
  );
}
