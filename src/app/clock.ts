import type { Instant } from '../domain/instant.ts';

/** The one source of the present. The domain never sees it: it gets the instant. */
export type Clock = () => Instant;
