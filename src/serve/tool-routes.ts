import { Hono } from 'hono';
import * as z from 'zod';
import { TOOLS } from '../tools/catalog.ts';
import { PREFIX } from '../tools/tool.ts';
import { ASKING_HEADERS, askingOf } from './asking.ts';
import { endpoint } from './endpoint.ts';
import { objectSchema } from './object-schema.ts';
import { Problem } from './problem.ts';
import type { ToolDesk } from './tool-desk.ts';

const schema = z.record(z.string(), z.unknown());

const list = z.strictObject({
  tools: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      effect: z.enum(['reads', 'writes', 'removes']),
      input: schema.describe('JSON Schema of the request body.'),
      output: schema.describe('JSON Schema of the answer.'),
    }),
  ),
});

/** The tools that MCP gives, for whoever has only HTTP. */
export function toolRoutes(desk: ToolDesk): Hono {
  const app = new Hono();
  app.get(
    '/',
    endpoint({ summary: 'The tools that can be used here and now', answer: list }, () => ({
      tools: desk.tools.map(({ name, title, description, effect, input, output }) => {
        return {
          name,
          title,
          description,
          effect,
          input: objectSchema(input),
          output: objectSchema(output, 'output'),
        };
      }),
    })),
  );
  for (const { name, title, input, output } of TOOLS) {
    const headers = ASKING_HEADERS;
    const description = {
      summary: title,
      body: input,
      headers,
      answer: output,
      problems: [404, 409, 422] as const,
    };
    app.post(
      `/${name}`,
      endpoint(description, async ({ body, request }) => {
        const tool = desk.find(name);
        if (!tool) throw new Problem(404, 'No such tool', `The tool ${PREFIX}${name} is switched off here.`);
        const { text } = await desk.run(tool, body, askingOf(request));
        return new Response(text, { headers: { 'content-type': 'application/json' } });
      }),
    );
  }
  return app;
}
