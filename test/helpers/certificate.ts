// A certificate of a test's own, for a server that only those trust who are told to.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from '../../src/api/find-program.ts';

export const hasOpenssl = findProgram('openssl') !== undefined;

/** Answers the paths of both, in `dir`. */
export function makeCertificate(dir: string, host: string): { key: string; cert: string } {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const kind = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  const args = `req -x509 ${kind} -subj /CN=${host} -addext subjectAltName=DNS:${host} -days 2 -keyout ${key} -out ${cert}`;
  execFileSync('openssl', args.split(' '), { stdio: 'ignore' });
  return { key, cert };
}
