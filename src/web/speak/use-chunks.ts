// The chunks of a job as far as they are made, fetched as it goes on.
import { useEffect, useRef, useState } from 'react';
import type { ChunksReply, ChunkView } from '../../api/v1.ts';
import { get } from '../daemon/client.ts';
import type { JobView } from '../daemon/job-state.ts';

export interface MadeChunk {
  index: number;
  start: number;
  end: number;
  /** Null until it is made. */
  startSec: number | null;
  endSec: number | null;
  peaks: readonly number[];
  sentences: readonly HeardSentence[];
}

export interface HeardSentence {
  start: number;
  end: number;
  /** Seconds of the whole. */
  atSec: number;
}

const PAGE = 200;

/** All chunks of the plan, in order; those that are made know when they are heard. */
export function useChunks(job: JobView): MadeChunk[] {
  const [chunks, setChunks] = useState<MadeChunk[]>([]);
  const known = useRef<ChunkView[]>([]);
  const asking = useRef({ isBusy: false, isStale: false });
  const { id, state, progress } = job;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step of the job is a reason to ask
  useEffect(() => {
    const now = asking.current;
    // What is asked just now may be answered with what was before this step.
    now.isStale = true;
    if (now.isBusy) return;
    now.isBusy = true;
    (async () => {
      while (now.isStale) {
        now.isStale = false;
        await askForAll();
      }
    })()
      .catch(() => {})
      .finally(() => {
        now.isBusy = false;
      });
  }, [id, state, progress]);

  async function askForAll() {
    for (;;) {
      const from = known.current.findIndex((chunk) => chunk.audio_sec === null);
      const start = from === -1 ? known.current.length : from;
      const reply = await get<ChunksReply>(`v1/jobs/${id}/chunks?from=${start}&limit=${PAGE}`);
      known.current.splice(start, reply.chunks.length, ...reply.chunks);
      setChunks(time(known.current));
      const isWhole = known.current.length >= reply.total_chunks;
      const madeNew = reply.chunks.some((chunk) => chunk.audio_sec !== null);
      if (reply.chunks.length === 0 || (isWhole && reply.chunks.length < PAGE) || !madeNew) return;
    }
  }

  return chunks;
}

function time(chunks: readonly ChunkView[]): MadeChunk[] {
  let atSec: number | null = 0;
  return chunks.map(({ index, start, end, lead_sec, audio_sec, pause_sec, peaks, sentences }) => {
    if (atSec === null || audio_sec === null) {
      atSec = null;
      return { index, start, end, startSec: null, endSec: null, peaks: [], sentences: [] };
    }
    const startSec: number = atSec + lead_sec;
    atSec = startSec + audio_sec + (pause_sec ?? 0);
    return {
      index,
      start,
      end,
      startSec,
      endSec: atSec,
      peaks: peaks ?? [],
      // The first begins with the chunk, so that nothing is between two chunks.
      sentences: (sentences ?? []).map(({ at_sec, ...range }, place) => ({
        ...range,
        atSec: startSec + (place === 0 ? 0 : at_sec),
      })),
    };
  });
}
