/** What was sent, without what nobody reads again: how views and messages were drawn, and Slack's old token. */
export function storable(body: object): unknown {
  const { token: _token, ...rest } = { token: null, ...body };
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]: [string, unknown]) =>
      (key === 'view' || key === 'message') && typeof value === 'object' && value !== null
        ? [key, withoutDrawing(value)]
        : [key, value],
    ),
  );
}

const DRAWING = new Set(['blocks', 'attachments', 'title', 'submit', 'close']);

function withoutDrawing(drawn: object): unknown {
  return Object.fromEntries(Object.entries(drawn).filter(([key]) => !DRAWING.has(key)));
}
