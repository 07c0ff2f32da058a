// Sockets that systemd has opened for us, as sd_listen_fds(3) describes it: file descriptors from 3 on, named by their units.

const FIRST_FD = 3;

export interface GivenSockets {
  /** The Unix socket. */
  unix?: number;
  /** Of a socket unit with `FileDescriptorName=http`. */
  http?: number;
}

/** What is meant for this process; the variables are taken away, so that no child takes it for itself. */
export function takeListenFds(env: Record<string, string | undefined>, pid: number): GivenSockets {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES = '' } = env;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  const count = Number(LISTEN_FDS);
  if (Number(LISTEN_PID) !== pid || !Number.isInteger(count) || count < 1) return {};
  const names = LISTEN_FDNAMES.split(':');
  const given: GivenSockets = {};
  for (let index = 0; index < count; index++) {
    const kind = names[index] === 'http' ? 'http' : 'unix';
    given[kind] ??= FIRST_FD + index;
  }
  return given;
}
