import 'adaptivecards/lib/adaptivecards.css';
import './style.css';
import { z } from 'zod';
import { enterHost } from './host.ts';
import { createKept } from './kept.ts';
import { createPage, elementsOf } from './page.ts';
import { words } from './words.ts';

// zod compiles schemas with `new Function` where it may; the page's policy forbids that, and says so aloud.
z.config({ jitless: true });

const { said, refresh } = elementsOf(document);
said.textContent = words.loading;
const host = await enterHost();
if (host === null) {
  said.textContent = words.outside;
  refresh.hidden = true;
} else {
  await createPage(document, host, createKept(host.token)).home();
}
