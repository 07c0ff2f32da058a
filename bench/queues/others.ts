// Submitting to BullMQ and to pg-boss, as their own documentation does it; every client has a connection of its own.
import { loadPackages } from './packages.ts';

export interface Clients {
  acts: (() => Promise<unknown>)[];
  close(): Promise<void>;
}

interface BullMq {
  Queue: new (
    name: string,
    options: { connection: { path: string } },
  ) => {
    waitUntilReady(): Promise<unknown>;
    add(name: string, data: object): Promise<unknown>;
    close(): Promise<void>;
  };
}

type PgBoss = new (
  options: object,
) => {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  stop(options: object): Promise<void>;
  createQueue(name: string): Promise<void>;
  send(name: string, data: object): Promise<string | null>;
};

export async function openBullMq(path: string, count: number, text: string): Promise<Clients> {
  const { Queue } = loadPackages()('bullmq') as BullMq;
  const queues = Array.from({ length: count }, () => new Queue('speech', { connection: { path } }));
  await Promise.all(queues.map((queue) => queue.waitUntilReady()));
  return {
    acts: queues.map((queue) => () => queue.add('say', { text })),
    close: async () => {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}

/** One pool of as many connections as there are clients, without the maintenance that it would do meanwhile. */
export async function openPgBoss(host: string, count: number, text: string): Promise<Clients> {
  const loaded = loadPackages()('pg-boss') as PgBoss | { default: PgBoss };
  const Boss = typeof loaded === 'function' ? loaded : loaded.default;
  const boss = new Boss({
    host,
    user: 'bench',
    database: 'postgres',
    max: count,
    supervise: false,
    schedule: false,
  });
  let isClosing = false;
  boss.on('error', (error) => {
    // Its connections may still be closing when the server is stopped.
    if (!isClosing) throw error;
  });
  await boss.start();
  await boss.createQueue('speech');
  const act = async () => {
    if ((await boss.send('speech', { text })) === null) throw new Error('pg-boss took no job');
  };
  return {
    acts: Array.from({ length: count }, () => act),
    close: () => {
      isClosing = true;
      return boss.stop({ graceful: false, wait: true });
    },
  };
}
