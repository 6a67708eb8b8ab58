import { createHash } from 'node:crypto';
import type { TestApp } from './app.js';

/** Every row of every table of the service, as text; bytes stand as hexadecimal digits. Tables and rows in a fixed order. */
export async function dumpOf(app: Pick<TestApp, 'sql'>): Promise<string[]> {
  const tables = await app.sql<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_schema in ('customer_verifications', 'public') and table_type = 'BASE TABLE' order by 1`,
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    const rows = await app.sql<{ line: string }>(`select t::text as line from ${name} t order by 1`);
    lines.push(...rows.map(({ line }) => `${name} ${line}`));
  }
  return lines;
}

/** Each table with the number of its rows and a digest of them: equal where nothing at all was written. */
export async function digestOf(app: Pick<TestApp, 'sql'>): Promise<Record<string, string>> {
  const rowsByTable = Map.groupBy(await dumpOf(app), (line) => line.split(' ', 1)[0] ?? '');
  const summaries = [...rowsByTable].map(([table, rows]) => {
    const digest = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 12);
    return [table, `${String(rows.length)} rows, ${digest}`] as const;
  });
  return Object.fromEntries(summaries);
}

/** The secrets that stand in a text: as they are, in hexadecimal digits of their UTF-8, in base64, or percent-encoded. */
export function foundIn(text: string, secrets: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return secrets.filter((secret) => spellings(secret).some((spelling) => lower.includes(spelling.toLowerCase())));
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64').replace(/=+$/, '').slice(0, -1);
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [secret, escaped, bytes.toString('hex'), base64, encodeURIComponent(secret)];
}
