// The screen of tts top, drawn from a snapshot and what the user has chosen on it.
import { Box, Text } from 'ink';
import type { JobState, JobView } from '../../api/job.ts';
import type { QueueReply } from '../../api/v1.ts';
import { showControls } from '../control-characters.ts';
import { describeProgress, describeText, formatBytes, NARROW_COLUMNS, shortenId } from '../render.ts';
import type { Detail, Snapshot } from './feed.ts';

export interface Choice {
  /** What is left of the jobs after the filter. */
  jobs: readonly JobView[];
  selected: number;
  /** Undefined while none is typed. */
  filter: string;
  isTyping: boolean;
  /** Said in the last line instead of the keys. */
  remark: string;
  /** The chunk that is heard; undefined while nothing is played. */
  heard: number | undefined;
}

interface Size {
  columns: number;
  rows: number;
}

/** Lines that are no jobs: head, rules, foot, and one that stays free, or the terminal would scroll. */
const FRAME_ROWS = 6;
const DETAIL_ROWS = 6;
const LEAST_LIST_ROWS = 4;
const STATE_WIDTH = 9;

/** Where the terminal wants none, brightness alone tells things apart. */
const hasColor = !process.env.NO_COLOR;
const COLORS: Record<JobState, string> = {
  queued: 'yellow',
  running: 'cyan',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
};
const KEYS = '↑↓ select  K J move  space pause  c cancel  r retry  p play  / filter  q leave';
const SHORT_KEYS = 'K J space c r p / q';

export function Screen({ news, choice, size }: { news: Snapshot | undefined; choice: Choice; size: Size }) {
  const isNarrow = size.columns < NARROW_COLUMNS;
  const hasDetail = size.rows - FRAME_ROWS - DETAIL_ROWS >= LEAST_LIST_ROWS;
  const listRows = Math.max(1, size.rows - FRAME_ROWS - (hasDetail ? DETAIL_ROWS : 0));
  const first = Math.max(0, Math.min(choice.selected - (listRows >> 1), choice.jobs.length - listRows));
  const shown = choice.jobs.slice(first, first + listRows);
  const progressWidth = Math.max(...shown.map((job) => describeProgress(job).length));
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows - 1}>
      <Head news={news} />
      <Rule columns={size.columns} />
      <Box flexDirection="column" height={listRows}>
        {shown.map((job, index) => (
          <Row
            key={job.id}
            job={job}
            isSelected={first + index === choice.selected}
            progressWidth={isNarrow ? undefined : progressWidth}
          />
        ))}
        {choice.jobs.length === 0 && news && <Text dimColor>{describeEmpty(choice)}</Text>}
      </Box>
      <Rule columns={size.columns} />
      {hasDetail && <Sentences detail={news?.detail} heard={choice.heard} />}
      <Foot choice={choice} isNarrow={isNarrow} />
    </Box>
  );
}

function Head({ news }: { news: Snapshot | undefined }) {
  if (!news) return <Line bold>The daemon does not answer. Connecting again …</Line>;
  const { queue, version } = news;
  const waiting = queue.queued.interactive + queue.queued.batch;
  return (
    <>
      <Line bold>
        {`ttsd ${version}  ${queue.running} running, ${waiting} queued`}
        {queue.paused_since !== null && <Text {...paint('yellow')}>{'  paused'}</Text>}
      </Line>
      <Line>{queue.models.map(describeModel).join('  ') || 'no model is loaded'}</Line>
    </>
  );
}

function describeModel({ id, state, chars_per_sec, rss_bytes }: QueueReply['models'][number]): string {
  const pace = chars_per_sec === null ? '' : `, ${Math.round(chars_per_sec)} characters/s`;
  return `${id} ${state}${pace}${rss_bytes === null ? '' : `, ${formatBytes(rss_bytes)}`}`;
}

/** `progressWidth` is undefined where there is no room for more than a percentage. */
function Row(props: { job: JobView; isSelected: boolean; progressWidth: number | undefined }) {
  const { job, isSelected, progressWidth: width } = props;
  const about = showControls(describeText(job));
  const state = width === undefined ? job.state.slice(0, 4) : job.state.padEnd(STATE_WIDTH);
  const progress =
    width === undefined
      ? `${job.progress}%`.padStart(4)
      : `${describeProgress(job).padEnd(width)}  ${job.voice}`;
  return (
    <Text wrap="truncate-end" inverse={isSelected}>
      {`${isSelected ? '>' : ' '} ${shortenId(job.id)} `}
      {/* Inverse and coloured at once, some terminals make it hard to read. */}
      <Text {...(isSelected ? {} : paint(COLORS[job.state]))}>{state}</Text>
      {` ${progress}  ${about}`}
    </Text>
  );
}

/** The sentence that is heard, else the one in hand, between its neighbours. */
function Sentences({ detail, heard }: { detail: Detail | undefined; heard: number | undefined }) {
  if (!detail) return <Box height={DETAIL_ROWS} />;
  const { job, sentences, totalChunks } = detail;
  const inHand = heard ?? (job.state === 'running' ? job.current_chunk - 1 : undefined);
  const label = job.label === null ? [] : [showControls(job.label)];
  const place = totalChunks === 0 ? '' : `, ${totalChunks} chunks`;
  const facts = [shortenId(job.id), ...label, `${job.voice}, ${job.text_chars} characters${place}`];
  return (
    <Box flexDirection="column" height={DETAIL_ROWS} overflow="hidden">
      <Line>{[...facts, describeProgress(job)].join('  ')}</Line>
      {sentences.length === 0 && <Text dimColor>{showControls(job.text_preview)}</Text>}
      {sentences.map(({ index, text }) =>
        index === inHand ? (
          <Text key={index} bold {...paint('cyan')}>
            {`${heard === undefined ? '▶' : '♪'} ${showControls(text)}`}
          </Text>
        ) : (
          <Text key={index} dimColor wrap="truncate-end">{`  ${showControls(text)}`}</Text>
        ),
      )}
    </Box>
  );
}

function Foot({ choice, isNarrow }: { choice: Choice; isNarrow: boolean }) {
  if (choice.isTyping) return <Line>{`/${choice.filter}▏`}</Line>;
  if (choice.remark !== '') return <Line {...paint('yellow')}>{choice.remark}</Line>;
  const filter = choice.filter === '' ? '' : `/${choice.filter}  `;
  return <Line dimColor>{filter + (isNarrow ? SHORT_KEYS : KEYS)}</Line>;
}

function describeEmpty({ filter }: Choice): string {
  return filter === ''
    ? 'No jobs yet. Make one: tts say "Hello."'
    : `No job matches ${filter}. Esc shows all.`;
}

function Rule({ columns }: { columns: number }) {
  return <Line dimColor>{'─'.repeat(columns)}</Line>;
}

function Line(props: Parameters<typeof Text>[0]) {
  return <Text wrap="truncate-end" {...props} />;
}

function paint(color: string): { color?: string } {
  return hasColor ? { color } : {};
}
