// Which part of a clip is kept and how loud: its outline, two handles, and a button to hear it.
import { Slider } from '@base-ui/react/slider';
import { useEffect, useMemo, useState } from 'react';
import { S } from '../strings.ts';
import { Range } from '../ui/range.tsx';
import { stopSound } from '../ui/sound.ts';
import { SoundButton } from '../ui/sound-button.tsx';
import { type Cut, encodeWav, findOutline, getLengthSec, type SoundClip, toGain } from './sound-clip.ts';

const BARS = 160;
const HEIGHT = 64;
const STEP_SEC = 0.05;

export function ClipEditor({
  clip,
  cut,
  onChange,
}: {
  clip: SoundClip;
  cut: Cut;
  onChange: (cut: Cut) => void;
}) {
  const lengthSec = getLengthSec(clip);
  const outline = useMemo(() => findOutline(clip, BARS), [clip]);
  const url = useObjectUrl(clip, cut);
  const gain = toGain(cut.gainDb);
  const isTooLoud = outline.some((peak, index) => isKept(index, cut, lengthSec) && peak * gain > 1);
  return (
    <div className="clip">
      <svg
        className="outline"
        viewBox={`0 0 ${BARS} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={S.voices.outline}
      >
        {outline.map((peak, index) => {
          const height = Math.max(1, Math.min(1, peak * gain) * HEIGHT);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
              key={index}
              className={isKept(index, cut, lengthSec) ? 'bar kept' : 'bar'}
              x={index + 0.15}
              width={0.7}
              y={(HEIGHT - height) / 2}
              height={height}
            />
          );
        })}
      </svg>
      <Slider.Root
        className="field"
        value={[cut.startSec, cut.endSec]}
        min={0}
        max={lengthSec}
        step={STEP_SEC}
        minStepsBetweenValues={Math.min(10, Math.floor(lengthSec / STEP_SEC / 2))}
        onValueChange={(next) => {
          const [startSec = 0, endSec = lengthSec] = next as number[];
          onChange({ ...cut, startSec, endSec });
        }}
      >
        <div className="field-row">
          <span className="field-label">{S.voices.trim}</span>
          <span className="field-value">{S.voices.kept(cut.endSec - cut.startSec, lengthSec)}</span>
        </div>
        <Slider.Control className="slider">
          <Slider.Track className="slider-track">
            <Slider.Indicator className="slider-done" />
            <Slider.Thumb index={0} className="slider-thumb" getAriaLabel={() => S.voices.trimStart} />
            <Slider.Thumb index={1} className="slider-thumb" getAriaLabel={() => S.voices.trimEnd} />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <Range
        label={S.voices.level}
        value={cut.gainDb}
        min={-20}
        max={20}
        step={1}
        format={(db) => `${db > 0 ? '+' : ''}${db} dB`}
        onChange={(gainDb) => onChange({ ...cut, gainDb })}
      />
      {isTooLoud && <p className="warning">{S.voices.tooLoud}</p>}
      {url && <SoundButton url={url} label={S.voices.hearClip} text={S.voices.hearClip} />}
    </div>
  );
}

function isKept(index: number, { startSec, endSec }: Cut, lengthSec: number): boolean {
  const sec = ((index + 0.5) / BARS) * lengthSec;
  return sec >= startSec && sec <= endSec;
}

/** Of the clip as it is cut. */
function useObjectUrl(clip: SoundClip, cut: Cut): string | undefined {
  const [url, setUrl] = useState<string>();
  const { startSec, endSec, gainDb } = cut;
  useEffect(() => {
    const made = URL.createObjectURL(encodeWav(clip, { startSec, endSec, gainDb }));
    setUrl(made);
    return () => {
      stopSound();
      URL.revokeObjectURL(made);
    };
  }, [clip, startSec, endSec, gainDb]);
  return url;
}
