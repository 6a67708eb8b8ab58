import { REASONS } from '../../reasons.js';
import type { StoredCheck } from './check.record.js';

/** The page that plays a vendor's hosted flow: two buttons, no script. */
export function hostedPage(check: StoredCheck): string {
  const codes = REASONS.negative.map((reason) => `<option>${reason.toUpperCase()}</option>`).join('');
  return page(
    'Sandbox check',
    `<p>You play the customer of an invented check of type <b>${escape(check.type)}</b>.</p>
<form method="post"><button name="decision" value="approved">Approve</button></form>
<form method="post"><label>Code <select name="code">${codes}</select></label>
<button name="decision" value="declined">Decline</button></form>`,
  );
}

/** The page after the decision. */
export function donePage(status: string): string {
  return page('Thank you', `<p>The check is <b>${escape(status)}</b>. You may close this page.</p>`);
}

/** The page for a link that does not work, or not any more. */
export function gonePage(): string {
  return page('This link does not work', '<p>It may be used up, replaced or too old. Ask for a fresh one.</p>');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:1rem/1.5 system-ui;max-width:36rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.4rem 1rem}form{margin:1rem 0}</style>
<h1>${title}</h1>
${body}
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}
