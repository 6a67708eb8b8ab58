import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const PICTURES = join(process.cwd(), '.build', 'screenshots');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the page shows of an answer. */
export interface ShownAnswer {
  readonly status: number;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  readonly headers: string;
}

/** Swagger UI in Debian's Chromium, by what a person does there. */
export class ExplorerPage {
  /** Whatever the page asked of another origin, and what went wrong in it. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly profile: string,
    private readonly origin: string,
  ) {}

  /** Opens `/docs` in a fresh browser. Throws, saying what to install, where there is none. */
  static async open(origin: string): Promise<ExplorerPage> {
    if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);
    mkdirSync(PICTURES, { recursive: true });
    const profile = mkdtempSync(join(tmpdir(), 'cv-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: FLAGS,
      viewport: { width: 1280, height: 900 },
    });
    const page = context.pages()[0] ?? (await context.newPage());
    const explorer = new ExplorerPage(page, context, profile, origin);
    explorer.#listen();
    await page.goto(`${origin}/docs`);
    await page.locator('.opblock').first().waitFor();
    return explorer;
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  async authorize(key: string): Promise<void> {
    await this.page.locator('.auth-wrapper .btn.authorize').first().click();
    const dialog = this.page.locator('.dialog-ux');
    await dialog.locator('input').fill(key);
    await this.picture('authorize');
    await dialog.locator('button.authorize').click();
    await dialog.locator('button.btn-done').click();
  }

  /** The block of an operation, opened. */
  async operation(operationId: string): Promise<Locator> {
    const block = this.page.locator(`[id$="-${operationId}"].opblock`);
    const classes = (await block.getAttribute('class')) ?? '';
    if (!classes.split(' ').includes('is-open')) await block.locator('.opblock-summary-control').click();
    await block.locator('button.execute').waitFor();
    return block;
  }

  /** The names of the examples that the page offers for the body. */
  async examples(operationId: string): Promise<string[]> {
    const block = await this.operation(operationId);
    const options = block.locator('.opblock-section-request-body .examples-select-element option');
    await options.first().waitFor({ state: 'attached' });
    return Promise.all((await options.all()).map(async (option) => (await option.getAttribute('value')) ?? ''));
  }

  async chooseExample(operationId: string, name: string): Promise<void> {
    const block = await this.operation(operationId);
    await block.locator('.opblock-section-request-body .examples-select-element').selectOption(name);
  }

  /** Presses Execute and reads what the page then shows. */
  async execute(operationId: string): Promise<ShownAnswer> {
    const block = await this.operation(operationId);
    const [answer] = await Promise.all([
      this.page.waitForResponse((response) => !response.url().includes('/docs')),
      block.locator('button.execute').click(),
    ]);
    const shown = block.locator('.live-responses-table');
    await shown.locator('.response', { hasText: answer.headers()['x-request-id'] ?? 'no request id' }).waitFor();
    const description = shown.locator('.response-col_description');
    const body = await description.locator('.highlight-code code').innerText();
    const headers = (await description.locator('.headerline').allInnerTexts()).map((line) => line.trim()).join('\n');
    const status = await shown.locator('.response .response-col_status').first().innerText();
    return { status: Number.parseInt(status, 10), body: JSON.parse(body), headers };
  }

  /** Of the whole page, or of one operation's block. */
  async picture(name: string, operationId?: string): Promise<void> {
    const path = join(PICTURES, `${name}.png`);
    if (operationId === undefined) await this.page.screenshot({ path });
    else await (await this.operation(operationId)).screenshot({ path });
  }

  /** Closes an operation's block: a page with all of them open is slow. */
  async fold(operationId: string): Promise<void> {
    await (await this.operation(operationId)).locator('.opblock-summary-control').click();
  }

  #listen(): void {
    this.page.on('request', (request) => {
      const elsewhere = !request.url().startsWith(`${this.origin}/`) && !request.url().startsWith('data:');
      if (elsewhere) this.complaints.push(`asked for ${request.url()}`);
    });
    this.page.on('pageerror', (error) => this.complaints.push(`threw ${error.message}`));
    this.page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(`logged ${message.text()}`);
    });
  }
}
