// The proxies that the environment names, and whether a failure is one of theirs.
import { TtsError } from '../../../api/errors.ts';

export interface Proxies {
  /** For addresses that begin with http, and with https. */
  http: Proxy | undefined;
  https: Proxy | undefined;
  /** As NO_PROXY has it. */
  except: string;
}

export interface Proxy {
  /** Of the variable that names it. */
  variable: string;
  address: string;
}

/** Throws `model_unreachable` naming the variable when its value is no address. */
export function readProxies(env: NodeJS.ProcessEnv): Proxies {
  const http = readProxy(env, ['http_proxy', 'HTTP_PROXY']);
  return {
    http,
    https: readProxy(env, ['https_proxy', 'HTTPS_PROXY']) ?? http,
    except: env.no_proxy ?? env.NO_PROXY ?? '',
  };
}

function readProxy(env: NodeJS.ProcessEnv, names: readonly string[]): Proxy | undefined {
  const variable = names.find((name) => env[name]);
  if (variable === undefined) return undefined;
  const address = env[variable]!;
  const url = URL.parse(address);
  if (url === null || !/^(?:https?|socks5?):$/.test(url.protocol) || url.hostname === '')
    throw new TtsError(
      'model_unreachable',
      `${variable} is ${JSON.stringify(hideLogin(address))}, which is no address of a proxy: expected http://HOST:PORT. Set it for the daemon and restart that.`,
    );
  return { variable, address };
}

/** What went wrong with the proxy that `url` goes through; undefined when it is not the proxy's. */
export function blameProxy(error: unknown, url: URL, proxies: Proxies): string | undefined {
  const proxy = url.protocol === 'https:' ? proxies.https : proxies.http;
  const where = proxy && URL.parse(proxy.address);
  if (!where) return undefined;
  const what = `The proxy ${where.host}, from ${proxy.variable},`;
  for (let at = error; at instanceof Error; at = at.cause) {
    const status = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(at.message)?.[1];
    if (status === '407') return `${what} asks for a login: put USER:PASSWORD@ before its host.`;
    if (status !== undefined) return `${what} answered ${status} and does not let ${url.host} through.`;
    const { hostname, port, code } = at as NodeJS.ErrnoException & { hostname?: string; port?: number };
    const isAtIt =
      hostname === where.hostname ||
      (port !== undefined && String(port) === getPort(where) && port !== Number(getPort(url))) ||
      at.message.includes(`${where.hostname}:${getPort(where)}`);
    if (isAtIt) return `${what} cannot be reached (${code || at.message}).`;
  }
  return undefined;
}

function getPort({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

/** Errors are copied into tickets. */
function hideLogin(address: string): string {
  return address.slice(0, 200).replace(/[^/@]*@/g, '…@');
}
