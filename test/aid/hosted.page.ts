/** What the page of a check shows. */
export interface HostedPage {
  readonly provider: string;
  readonly url: string;
  /** The vendor's id of the check. */
  readonly id: string;
  /** What it was decided last; null: nothing yet. */
  readonly decided: string | null;
  /** What it can be decided, and what the service makes of that. */
  readonly outcomes: Readonly<Record<string, readonly string[]>>;
  /** Whether the vendor calls back. */
  readonly callsBack: boolean;
  /** What came of the decision just now; null: none was made. */
  readonly news: string | null;
}

/** The page for a browser: a button for each decision, no script. */
export function htmlOf({ provider, id, decided, outcomes, callsBack, news }: HostedPage): string {
  const buttons = Object.entries(outcomes).map(
    ([word, outcome]) =>
      `<p><button name="decision" value="${escape(word)}">${escape(word)}</button> ${escape(outcome.join(', '))}</p>`,
  );
  const title = `${escape(provider)}, played`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:1rem/1.5 system-ui;max-width:36rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.4rem 1rem}</style>
<h1>${title}</h1>
<p>You play customer and vendor in one. ${escape(id)} is <b>${escape(decided ?? 'undecided')}</b>.</p>
${news === null ? '' : `<p>${escape(news)}</p>`}
<form method="post">${buttons.join('\n')}
${callsBack ? '<p><label><input type="checkbox" name="callback" value="lost"> The callback gets lost</label></p>' : ''}</form>
</html>
`;
}

/** The page for a terminal. */
export function textOf({ provider, url, id, decided, outcomes, callsBack, news }: HostedPage): string {
  if (news !== null) return `${news}\n`;
  const lines = Object.entries(outcomes).map(([word, outcome]) => `  ${word.padEnd(24)}${outcome.join(', ')}\n`);
  return `${provider}, played: ${id} is ${decided ?? 'undecided'}. It can be decided:
${lines.join('')}For example: curl -s '${url}' -d decision=${Object.keys(outcomes)[0] ?? ''}
${callsBack ? 'With -d callback=lost the callback gets lost.\n' : ''}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}
