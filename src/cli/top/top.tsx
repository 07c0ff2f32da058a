// tts top as a program: keys and news in, the screen out.
import { type Key, render, useApp, useInput, useWindowSize } from 'ink';
import { useEffect, useRef, useState } from 'react';
import type { JobView } from '../../api/job.ts';
import { Interrupted } from '../interrupt.ts';
import type { Options } from '../options.ts';
import { Session } from '../session.ts';
import * as acts from './acts.ts';
import { type Feed, follow, type Snapshot } from './feed.ts';
import { advance, type Heard } from './heard.ts';
import { Screen } from './screen.tsx';

const REMARK_MS = 4000;
const PAGE = 10;

/** Until the user leaves it or `signal` ends it; gives the exit code. */
export async function showTop(options: Options, signal: AbortSignal): Promise<number> {
  const session = await Session.open(options, () => undefined);
  try {
    const app = render(<Top session={session} />, {
      alternateScreen: true,
      // There is a terminal, whatever CI says.
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    const leave = () => app.unmount();
    signal.addEventListener('abort', leave, { once: true });
    const result = await app.waitUntilExit();
    signal.throwIfAborted();
    if (result instanceof Interrupted) throw result;
    return 0;
  } finally {
    await session.close();
  }
}

function Top({ session }: { session: Session }) {
  const { exit } = useApp();
  const size = useWindowSize();
  const [news, setNews] = useState<Snapshot>();
  const [selectedId, setSelectedId] = useState<string>();
  const [{ filter, isTyping }, setTyped] = useState({ filter: '', isTyping: false });
  // Several keys may come before the next drawing.
  const typed = useRef({ filter, isTyping });
  const [remark, say] = useRemark();
  const feed = useRef<Feed>(undefined);
  const player = useRef<{ stop: () => void }>(undefined);
  const [heard, setHeard] = useState<Heard>();

  useEffect(() => {
    const controller = new AbortController();
    const followed = follow(session, { onNews: setNews, signal: controller.signal });
    feed.current = followed.feed;
    return () => {
      controller.abort();
      player.current?.stop();
    };
  }, [session]);

  const jobs = (news?.jobs ?? []).filter((job) => matches(job, filter));
  // The selection stays with its job, also when the filter goes; when the job is gone, with the place on the screen.
  const lastIndex = useRef(0);
  const found = jobs.findIndex(({ id }) => id === selectedId);
  const selected = found >= 0 ? found : Math.max(0, Math.min(lastIndex.current, jobs.length - 1));
  lastIndex.current = selected;
  const job = jobs[selected];
  const isHeard = heard !== undefined && heard.id === job?.id;
  useEffect(() => setSelectedId(job?.id), [job?.id]);
  useEffect(() => {
    feed.current?.look(job?.id, isHeard ? heard.chunk : undefined);
  }, [job?.id, isHeard, heard?.chunk]);
  useEffect(() => {
    const detail = news?.detail;
    if (!detail) return;
    setHeard((now) => (now?.id === detail.job.id ? advance(now, detail.sentences, Date.now()) : now));
  }, [news]);

  const type = (change: { filter?: string; isTyping?: boolean }) => {
    typed.current = { ...typed.current, ...change };
    setTyped(typed.current);
  };
  const act = (work: Promise<string>) => {
    work.then(say, (error) => say(acts.describeFailure(error))).finally(() => feed.current?.refresh());
  };
  const select = (index: number) => setSelectedId(jobs[Math.max(0, Math.min(jobs.length - 1, index))]?.id);
  const moveJob = (up: boolean) => {
    if (!job || job.finished_at !== null) return say('It has ended.');
    if (isScheduled(job)) return say('It waits for its time.');
    const rivals = jobs.filter((other) => isRival(job, other));
    const past = rivals[rivals.indexOf(job) + (up ? -1 : 1)];
    if (!past) return say(`It is the ${up ? 'next' : 'last'} of its label; labels take turns.`);
    act(acts.move(session, job, { past, up }));
  };
  const togglePlay = () => {
    if (player.current) return player.current.stop();
    if (!job) return;
    try {
      const playing = acts.play(session, job);
      player.current = playing;
      setHeard({ id: job.id, startedAtMs: Date.now(), chunk: 0, fromSec: 0 });
      playing.ended
        .catch((error) => say(acts.describeFailure(error)))
        .finally(() => {
          player.current = undefined;
          setHeard(undefined);
        });
    } catch (error) {
      say(acts.describeFailure(error));
    }
  };

  const press = (input: string, key: Key) => {
    if (key.ctrl && input === 'c') return exit(new Interrupted(130));
    if (typed.current.isTyping) {
      if (key.return) type({ isTyping: false });
      else if (key.escape) type({ filter: '', isTyping: false });
      else if (key.backspace || key.delete) type({ filter: typed.current.filter.slice(0, -1) });
      else if (!key.ctrl && !key.meta) type({ filter: typed.current.filter + input });
      return undefined;
    }
    if (input === 'q') return exit();
    if (key.escape) return type({ filter: '' });
    if (input === '/') return type({ isTyping: true });
    if (input === ' ') return act(acts.togglePause(session, news?.queue.paused_since != null));
    if (key.upArrow || input === 'k') return select(selected - 1);
    if (key.downArrow || input === 'j') return select(selected + 1);
    if (key.pageUp) return select(selected - PAGE);
    if (key.pageDown) return select(selected + PAGE);
    if (key.home || input === 'g') return select(0);
    if (key.end || input === 'G') return select(jobs.length - 1);
    if (input === 'K') return moveJob(true);
    if (input === 'J') return moveJob(false);
    if (input === 'p') return togglePlay();
    if (!job) return undefined;
    if (input === 'c') act(acts.cancel(session, job));
    if (input === 'r') act(acts.retry(session, job));
    return undefined;
  };

  useInput((input, key) => {
    // Keys that come together, as from somebody who types fast, come as one text.
    if (input.length > 1) for (const letter of input) press(letter, { ...key, return: letter === '\r' });
    else press(input, key);
  });

  const choice = { jobs, selected, filter, isTyping, remark, heard: isHeard ? heard.chunk : undefined };
  return <Screen news={news} choice={choice} size={size} />;
}

/** Which of them goes first is decided by their priority; those of others take turns with them. */
function isRival(job: JobView, other: JobView): boolean {
  return other.state === job.state && other.class === job.class && other.label === job.label;
}

function isScheduled({ state, not_before }: JobView): boolean {
  return state === 'queued' && not_before !== null && Date.parse(not_before) > Date.now();
}

/** A line that goes away by itself. */
function useRemark(): [string, (line: string) => void] {
  const [remark, setRemark] = useState('');
  useEffect(() => {
    if (remark === '') return undefined;
    const timer = setTimeout(() => setRemark(''), REMARK_MS);
    return () => clearTimeout(timer);
  }, [remark]);
  return [remark, setRemark];
}

function matches({ id, state, voice, label, text_preview }: JobView, filter: string): boolean {
  const words = filter.toLowerCase().split(' ');
  const text = [id, state, voice, label ?? '', text_preview].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
