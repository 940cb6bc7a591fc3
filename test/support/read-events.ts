/** Reads server-sent events of a stream until it ends or is aborted. */
export async function* readEvents(
  url: string,
  signal: AbortSignal,
  headers: Record<string, string> = {},
): AsyncGenerator<{ event: string; id: string; data: string }> {
  const response = await fetch(url, { headers, signal });
  if (!response.body) throw new Error(`no stream at ${url}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = `${rest}${chunk}`.split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const lines = new Map(
        part.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
      );
      yield { event: lines.get('event') ?? '', id: lines.get('id') ?? '', data: lines.get('data') ?? '' };
    }
  }
}
