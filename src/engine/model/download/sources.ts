// Where a file is looked for: a mirror that somebody set up, then what its manifest says.
import { type Proxies, readProxies } from './proxies.ts';

export interface Sources {
  /** Base of a mirror: it serves `<mirror>/<model id>/<path>`, as a copy of another machine's folder of models does. */
  mirror: string | undefined;
  /** Stands in for huggingface.co, from HF_ENDPOINT. */
  hubEndpoint: string;
  /** From HF_TOKEN; for the hub alone. */
  hubToken: string | undefined;
  proxies: Proxies;
}

const HUB = 'https://huggingface.co';

/** Throws `model_unreachable` for a proxy that is none. */
export function readSources(env: NodeJS.ProcessEnv, mirror: string | undefined): Sources {
  return {
    mirror: mirror ? mirror.replace(/\/+$/, '') : undefined,
    hubEndpoint: (env.HF_ENDPOINT || HUB).replace(/\/+$/, ''),
    hubToken: env.HF_TOKEN || undefined,
    proxies: readProxies(env),
  };
}

/** In the order in which they are tried. */
export function listSources(
  model: string,
  path: string,
  urls: readonly string[],
  { mirror, hubEndpoint }: Sources,
): string[] {
  const encoded = [model, ...path.split('/')].map(encodeURIComponent).join('/');
  return [
    ...(mirror === undefined ? [] : [`${mirror}/${encoded}`]),
    ...urls.map((url) => (url.startsWith(`${HUB}/`) ? hubEndpoint + url.slice(HUB.length) : url)),
  ];
}

/** Only the hub itself is told the token, never whom it redirects to. */
export function isForHub(url: URL, { hubEndpoint }: Sources): boolean {
  return url.origin === URL.parse(hubEndpoint)?.origin;
}
