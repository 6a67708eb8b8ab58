import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** What the functions below use of Swagger UI; they run in the browser, hence know nothing of this file. */
interface Explorer {
  readonly specSelectors: { specJson(): { toJS(): OpenAPIObject } };
  readonly specActions: { changeParam(at: [path: string, method: string], ...change: unknown[]): void };
}

interface ExplorerAnswer {
  readonly status: number;
  readonly obj?: { readonly data?: { readonly id?: string } };
}

/** Hides what is of no use here, and keeps the many documented answers of an operation short. */
const CSS = `
  .swagger-ui .topbar, .swagger-ui .servers-title, .swagger-ui .servers, .swagger-ui .info__license { display: none }
  .swagger-ui .information-container .info { margin: 2em 0 1em }
  .swagger-ui .scheme-container { padding: 1em 0; box-shadow: none }
  .swagger-ui .responses-table:not(.live-responses-table) .highlight-code > pre { max-height: 9em; overflow: auto }
  .swagger-ui .responses-table:not(.live-responses-table) .response-col_links { display: none }
  .swagger-ui .response-control-media-type__accept-message { display: none }
  .swagger-ui .response:is([data-code^="4"], [data-code^="5"]) :is(.response-control-media-type, .headers-wrapper, .model-example .tab) {
    display: none
  }
  .swagger-ui .parameters-col_description input[type="text"] { max-width: 420px }
`;

/** Swagger UI at `/docs`, with the document at `/docs/openapi.json` and `.yaml`. The page loads nothing from elsewhere. */
export function setUpExplorer(app: INestApplication, document: OpenAPIObject): void {
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'Customer verifications',
    customCss: CSS,
    swaggerOptions: {
      persistAuthorization: false,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      validatorUrl: null,
      responseInterceptor: rememberId,
    },
  });
}

/** Sent to the browser as text: fills the id of a verification just started in wherever one is asked for. */
function rememberId(answer: ExplorerAnswer): ExplorerAnswer {
  const id = answer.obj?.data?.id;
  if (id === undefined || (answer.status !== 201 && answer.status !== 202)) return answer;
  const { specSelectors, specActions } = (globalThis as unknown as { ui: Explorer }).ui;
  for (const [path, item] of Object.entries(specSelectors.specJson().toJS().paths)) {
    if (!path.includes('{id}')) continue;
    for (const method of Object.keys(item)) specActions.changeParam([path, method], 'id', 'path', id, false);
  }
  return answer;
}
