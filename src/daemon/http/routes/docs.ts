// Where the description of the interface is asked for. It is loaded when somebody does: few ever do, and every start would wait.
import type { App, Context } from '../context.ts';

/** The application that describes the interface; made by the first call. */
export type Describe = () => Promise<App>;

export function describeOnce(context: Context): Describe {
  let made: Promise<App> | undefined;
  return () => {
    made ??= import('../description.ts').then(({ buildDescription }) => buildDescription(context));
    return made;
  };
}

const OPTIONS = { config: { public: true }, schema: { hide: true } } as const;

export function addOpenApiRoute(app: App, describe: Describe): void {
  app.get('/openapi.json', OPTIONS, async () => (await describe()).swagger());
}

export function addDocsPage(app: App, describe: Describe): void {
  for (const path of ['/docs', '/docs/*']) {
    app.get(path, OPTIONS, async (request, reply) => {
      const description = await describe();
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value!);
      description.routing(request.raw, reply.raw);
    });
  }
}
