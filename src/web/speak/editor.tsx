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
import type { VoicesReply } from '../../api/voices.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { formatDuration, S } from '../strings.ts';
import { tell } from '../ui/toasts.tsx';
import { findDirection } from './direction.ts';
import { type Draft, getSpeed, PAGE_DATA, type PageData } from './draft.ts';
import { estimate } from './estimate.ts';
import { READABLE_FILES, readFile } from './read-file.ts';

export function Editor({
  draft,
  onChange,
  onReplaceText,
  onGenerate,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** A change that puts another text in the place of what somebody wrote. */
  onReplaceText: (draft: Draft) => void;
  onGenerate: () => void;
}) {
  const id = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [isDraggedOver, setDraggedOver] = useState(false);

  async function open(file: File | undefined) {
    if (file === undefined) return;
    try {
      const text = await readFile(file);
      onReplaceText({
        ...draft,
        text,
        label: draft.label || file.name.replace(/\.[^.]+$/, '').slice(0, 200),
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
        dir={findDirection(draft.text)}
        rows={10}
        placeholder={S.speak.placeholder}
        value={draft.text}
        onChange={({ target }) => onChange({ ...draft, text: target.value })}
        onKeyDown={press}
      />
      {isDraggedOver && <p className="drop-here">{S.speak.dropHere}</p>}
      <div className="editor-foot">
        <Size draft={draft} />
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
          <button
            type="button"
            className="button quiet"
            onClick={() => onReplaceText({ ...draft, text: '', label: '' })}
          >
            {S.speak.clear}
          </button>
        )}
      </div>
    </div>
  );
}

/** A component of its own, so that a voice that comes late draws this and not the text. */
function Size({ draft }: { draft: Draft }) {
  const { data } = useQuestion<VoicesReply>('v1/voices');
  const { data: page } = useQuestion<PageData>(PAGE_DATA);
  const voice = data?.voices.find(({ id }) => id === (draft.voice || data.default));
  const speed = getSpeed(draft, voice, page?.config.generation_defaults);
  const settled = useDeferredValue(draft.text);
  const { chars, sentences, speechSec } = useMemo(() => estimate(settled, speed), [settled, speed]);
  return (
    <p className="size">
      {S.speak.chars(chars)} · {S.speak.sentences(sentences)}
      {chars > 0 && ` · ${S.speak.speechTime(formatDuration(speechSec))}`}
    </p>
  );
}
