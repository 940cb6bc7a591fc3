import type { Context } from 'hono';
import { validator } from 'hono/validator';
import type { z } from 'zod';
import { refuse } from './guard.ts';

/** Reads the JSON body by a schema; answers 400 with a sentence when it doesn't fit. */
export function body<S extends z.ZodType>(schema: S) {
  return validator('json', (value: unknown, c) => parsed(schema, value, c));
}

/** Reads the query by a schema; answers 400 with a sentence when it doesn't fit. */
export function query<S extends z.ZodType>(schema: S) {
  return validator('query', (value: unknown, c) => parsed(schema, value, c));
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, c: Context) {
  const result = schema.safeParse(value);
  return result.success ? result.data : refuse(c, 400, sentence(result.error));
}

function sentence(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'The request can’t be read.';
  // Our own messages are sentences already; zod's speak of types and need the field's name.
  if (/^Invalid|^Too|^Unrecognized/.test(issue.message)) {
    return `The request can’t be read: ${issue.path.join('.') || 'the whole'}: ${issue.message}.`;
  }
  return issue.message;
}
