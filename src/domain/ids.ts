import { z } from 'zod';
import { isFilled } from './sized.ts';

/** As a literal it is looked at by one expression; `z.uuid()` runs as a check, and a case has fifteen of them. */
const Uuid = z.templateLiteral([z.uuid()]);

export const WorkspaceId = Uuid.brand('WorkspaceId');
export type WorkspaceId = z.infer<typeof WorkspaceId>;

export const MemberId = Uuid.brand('MemberId');
export type MemberId = z.infer<typeof MemberId>;

export const CustomerId = Uuid.brand('CustomerId');
export type CustomerId = z.infer<typeof CustomerId>;

export const CaseId = Uuid.brand('CaseId');
export type CaseId = z.infer<typeof CaseId>;

export const PromiseId = Uuid.brand('PromiseId');
export type PromiseId = z.infer<typeof PromiseId>;

export const AskId = Uuid.brand('AskId');
export type AskId = z.infer<typeof AskId>;

/** Text as it was typed, but for what Postgres can't hold: NUL goes, half a surrogate pair becomes U+FFFD. */
export const Typed = z
  .string()
  .overwrite((text) => text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\uFFFD'));

/** What a platform calls somebody or something: with NUL, which Postgres can't hold, it is refused and not mended. */
export const PlatformName = z.string().refine((name) => !name.includes('\0'));

/** Text that says something: trimmed, never empty. Length and script are the writer's own. */
export const NonBlank = z.string().trim().refine(isFilled).brand('NonBlank');
export type NonBlank = z.infer<typeof NonBlank>;
