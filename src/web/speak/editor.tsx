// The text, its size, and files that become text.
import {
  type DragEvent,
  type KeyboardEvent,
  useDeferredValue,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { formatDuration, S } from '../strings.ts';
import { tell } from '../ui/toasts.tsx';
import type { Draft } from './draft.ts';
import { estimate } from './estimate.ts';
import { READABLE_FILES, readFile } from './read-file.ts';

export function Editor({
  draft,
  onChange,
  onGenerate,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onGenerate: () => void;
}) {
  const id = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [isDraggedOver, setDraggedOver] = useState(false);

  async function open(file: File | undefined) {
    if (file === undefined) return;
    try {
      onChange({
        ...draft,
        text: await readFile(file),
        label: draft.label || file.name.replace(/\.[^.]+$/, ''),
      });
    } catch {
      tell(S.speak.unreadable(file.name));
    }
  }

  const drop = (event: DragEvent) => {
    setDraggedOver(false);
    const [file] = event.dataTransfer.files;
    if (file === undefined) return;
    event.preventDefault();
    void open(file);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onGenerate();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a shortcut; the button beside it does the same
    <div
      className="editor"
      data-dragged-over={isDraggedOver || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDraggedOver(true);
      }}
      onDragLeave={() => setDraggedOver(false)}
      onDrop={drop}
    >
      <label className="field-label" htmlFor={id}>
        {S.speak.text}
      </label>
      <textarea
        id={id}
        className="control text"
        dir="auto"
        rows={10}
        placeholder={S.speak.placeholder}
        value={draft.text}
        onChange={({ target }) => onChange({ ...draft, text: target.value })}
        onKeyDown={press}
      />
      {isDraggedOver && <p className="drop-here">{S.speak.dropHere}</p>}
      <div className="editor-foot">
        <Size text={draft.text} speed={draft.speed} />
        <input
          ref={picker}
          type="file"
          hidden
          accept={READABLE_FILES}
          onChange={({ target }) => {
            void open(target.files?.[0]);
            target.value = '';
          }}
        />
        <button type="button" className="button quiet" onClick={() => picker.current?.click()}>
          {S.speak.openFile}
        </button>
        {draft.text !== '' && (
          <button type="button" className="button quiet" onClick={() => onChange({ ...draft, text: '' })}>
            {S.speak.clear}
          </button>
        )}
      </div>
    </div>
  );
}

function Size({ text, speed }: { text: string; speed: number }) {
  const settled = useDeferredValue(text);
  const { chars, sentences, speechSec } = useMemo(() => estimate(settled, speed), [settled, speed]);
  return (
    <p className="size">
      {S.speak.chars(chars)} · {S.speak.sentences(sentences)}
      {chars > 0 && ` · ${S.speak.speechTime(formatDuration(speechSec))}`}
    </p>
  );
}
