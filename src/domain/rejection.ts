import type { MemberId } from './ids.ts';
import type { Instant } from './instant.ts';

/** Why a command was not carried out. Nothing was changed; the conversation says it in words. */
export type Rejection =
  | { why: 'not found' }
  | { why: 'case is closed' }
  | { why: 'case is open' }
  | {
      why: 'promise is over';
      status: 'kept' | 'moved' | 'broken' | 'withdrawn';
      by: MemberId | null;
      at: Instant;
    }
  | { why: 'ask is over'; status: 'decided' | 'withdrawn'; by: MemberId | null; at: Instant }
  | { why: 'already taken'; by: MemberId }
  | { why: 'owner has left'; memberId: MemberId }
  | { why: 'same owner'; memberId: MemberId }
  | { why: 'time is past'; field: 'followUpAt' | 'by' | 'holdAt' }
  | { why: 'promise still stands'; ownerId: MemberId }
  | { why: 'no authority' }
  | { why: 'nobody may decide' }
  | { why: 'not called' }
  /** Only some may change the team; `admins` are those. */
  | { why: 'not an admin'; admins: MemberId[] }
  | { why: 'answers to themselves'; memberId: MemberId }
  | { why: 'last admin'; memberId: MemberId };
