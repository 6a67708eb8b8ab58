const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Calls back with status and body of each answer; every answer here has a Content-Length.
 * @param {(status: number, body: Buffer) => void} answered
 * @returns {(piece: Buffer) => void}
 */
export function answerReader(answered) {
  let pieces = [];
  let size = 0;
  let whole = 0;
  let head = null;
  return (piece) => {
    pieces.push(piece);
    size += piece.length;
    if (head === null) {
      const text = pieces.length === 1 ? piece : Buffer.concat(pieces);
      const end = text.indexOf(HEAD_END);
      if (end === -1) return;
      head = text.latin1Slice(0, end);
      whole = end + HEAD_END.length + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
    }
    // Also ends where there is no length: the body is then wrong, which the caller finds.
    if (size < whole) return;
    const text = pieces.length === 1 ? piece : Buffer.concat(pieces);
    const status = Number(head.slice(9, 12));
    const body = text.subarray(head.length + HEAD_END.length);
    pieces = [];
    size = 0;
    head = null;
    answered(status, body);
  };
}

/**
 * What is wrong with an answer; null: nothing.
 * @param {import('./load.mjs').Expected} expected
 * @param {import('./load.mjs').Request} request
 * @param {number} given status
 * @param {Buffer} body
 * @param {boolean} parse
 * @returns {string | null}
 */
export function faultOf({ status, leastBytes, items }, { holds }, given, body, parse) {
  if (given !== status) return `status ${given} instead of ${status}: ${body.toString('utf8', 0, 300)}`;
  if (body.length < leastBytes) return `${body.length} bytes instead of at least ${leastBytes}`;
  if (!body.includes(holds)) return `an answer without ${holds}`;
  if (!parse) return null;
  const { data } = JSON.parse(body.toString('utf8'));
  const right = items === 0 ? typeof data.id === 'string' : data.length === items;
  return right ? null : `not ${items} items but ${data.length}`;
}
