/** Elements that stand on lines of their own. */
const BLOCKS = new Set('p div li ul ol tr table blockquote pre hr h1 h2 h3 h4 h5 h6'.split(' '));
/** Elements with nothing in them that anybody reads. */
const SILENT = new Set(['style', 'script', 'head', 'title']);

/** Those that HTML needs, and those that editors write. Names are read as they are spelt. */
const NAMED: ReadonlyMap<string, string> = new Map(
  [
    'amp&  lt<  gt>  quot"  AMP&  LT<  GT>  QUOT"  lsquo‘  rsquo’  ldquo“  rdquo”  bdquo„  ndash–  mdash—  hellip…',
    "apos'  auml\u00E4  ouml\u00F6  uuml\u00FC  Auml\u00C4  Ouml\u00D6  Uuml\u00DC  szlig\u00DF  eacute\u00E9  egrave\u00E8",
    'agrave\u00E0  ccedil\u00E7  ntilde\u00F1  euro€  pound£  deg°  bull•  middot·  nbsp\u00A0',
  ]
    .flatMap((line) => line.split('  '))
    .map((one) => [one.slice(0, -1), one.slice(-1).replace('\u00A0', ' ')]),
);

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/gu;

/** A text with its HTML entities read; what is none that Teams sends stays as it is. */
export function decodeEntities(text: string): string {
  return text.replaceAll(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) {
      return NAMED.get(name) ?? whole;
    }
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}

/** The words of a message that Teams gives as HTML, as people read them: in lines, with links' addresses. */
export function htmlText(html: string): string {
  const lower = html.toLowerCase();
  const written = createLines();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const end = open === -1 ? -1 : html.indexOf('>', open);
    if (end === -1) {
      written.add(words(html.slice(at)));
      break;
    }
    written.add(words(html.slice(at, open)));
    const tag = html.slice(open + 1, end);
    const isEnd = tag.startsWith('/');
    const name = /^\/?([a-zA-Z][a-zA-Z0-9]*)/u.exec(tag)?.[1]?.toLowerCase() ?? '';
    at = end + 1;
    if (name === 'a') {
      written.link(isEnd ? null : attribute(tag, 'href'));
    } else if (name === 'br') {
      written.end();
    } else if (SILENT.has(name) && !isEnd) {
      const closing = lower.indexOf(`</${name}`, at);
      at = closing === -1 ? html.length : closing;
    } else if ((name === 'img' || name === 'emoji') && !isEnd) {
      written.add(attribute(tag, 'alt'));
    } else if (BLOCKS.has(name)) {
      written.block();
      if (name === 'p' && isEnd) {
        written.end();
      } else if (name === 'li' && !isEnd) {
        written.add('• ');
      }
    }
  }
  return written.text();
}

/** Text as it is written down, line by line. */
function createLines() {
  const lines: string[] = [];
  let line: string[] = [];
  let link: { url: string; shown: string[] } | null = null;

  const end = () => {
    lines.push(line.join('').trim());
    line = [];
  };
  return {
    add: (words: string) => {
      line.push(words);
      link?.shown.push(words);
    },
    end,
    /** What comes stands on a line of its own. */
    block: () => {
      if (line.some((words) => words.trim() !== '')) {
        end();
      }
    },
    /** A link begins, or ends with its address after its words, where they don't say it. */
    link: (url: string | null) => {
      const shown = link?.shown.join('').trim() ?? '';
      if (link !== null && shown !== '' && /^https?:/iu.test(link.url) && !isSame(shown, link.url)) {
        line.push(` (${link.url})`);
      }
      link = url === null ? null : { url, shown: [] };
    },
    text: () => {
      end();
      return lines
        .filter((one, at) => one !== '' || lines[at - 1] !== '')
        .join('\n')
        .trim();
    },
  };
}

function isSame(shown: string, url: string): boolean {
  return shown === url || `${shown}/` === url;
}

/** Text between tags: how it is broken into lines there says nothing. */
function words(html: string): string {
  return decodeEntities(html.replaceAll(/[ \t\r\n]+/gu, ' '));
}

function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'iu').exec(tag);
  return decodeEntities(found?.[1] ?? found?.[2] ?? '');
}
