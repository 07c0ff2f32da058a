// What a browser finds at the bare address: what runs here and how to use it.
import { createHash } from 'node:crypto';
import type { App, Context } from '../context.ts';

const STYLE = `body{max-width:44rem;margin:3rem auto;padding:0 1rem;font:1.05rem/1.6 system-ui,sans-serif;color:#222;background:#fff}
pre{padding:1rem;overflow-x:auto;background:#f3f3f1;border-radius:6px;font-size:.9rem}
a{color:#0b5c8a}
@media (prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#262626}a{color:#7cc4ee}}`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function addLandingRoute(app: App, { version }: Context): void {
  const page = renderPage(version);
  app.get('/', { config: { public: true }, schema: { hide: true } }, (_request, reply) =>
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      .send(page),
  );
}

function renderPage(version: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ttsd</title>
<style>${STYLE}</style>
</head>
<body>
<h1>ttsd ${version}</h1>
<p>This daemon turns text into speech and keeps every job until it is done.</p>
<h2>Speak</h2>
<pre>curl http://localhost:8004/tts -H 'Content-Type: application/json' \\
  -d '{"text": "The kettle is on."}' -o kettle.wav</pre>
<h2>Queue a long text</h2>
<pre>curl http://localhost:8004/tts/enqueue -H 'Content-Type: application/json' \\
  -d '{"text": "Chapter one. …"}'
curl http://localhost:8004/tts/JOB_ID/status
curl http://localhost:8004/tts/JOB_ID/result -o chapter.wav</pre>
<p>In a terminal <code>tts say "The kettle is on."</code> does the same. Programs that know OpenAI's speech API use
<code>/v1</code> as their base address.</p>
<h2>More</h2>
<ul>
<li><a href="/docs">All routes</a>, and <a href="/openapi.json">the same for machines</a></li>
<li><a href="/v1/queue">What is in the queue</a></li>
<li><a href="/v1/voices">Who can speak</a></li>
</ul>
</body>
</html>
`;
}
