/** What a Kept process of the rig runs before all else. */
import './jumping-clock.ts';
import './sent-by.ts';
