import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply } from '../played-vendor.js';

/** What of an enterprise a test decides. */
export interface SwissUidEntry {
  readonly status?: string;
  readonly vatStatus?: string;
  readonly vatEntryStatus?: string;
  readonly name?: string;
  /** The digits that the answer is about, where it is about another. */
  readonly digits?: string;
  /** The statuses of further seats of the same number. */
  readonly seats?: readonly string[];
}

/** The register on loopback: what it holds is put there. It has no contract to be held to, so it refuses itself whatever its clients don't send. */
export interface SwissUidVendor extends PlayedVendor {
  put(digits: string, entry?: SwissUidEntry): void;
  /** Answers the next request with an error of that code. */
  refuse(code: string): void;
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const SERVICE = 'http://www.uid.admin.ch/xmlns/uid-wse';
const IDENTIFIER = 'http://www.ech.ch/xmlns/eCH-0097/5';
const ENTERPRISE = 'http://www.ech.ch/xmlns/eCH-0108/5';

/** Starts a register that holds nothing. */
export async function startSwissUidVendor(): Promise<SwissUidVendor> {
  const entries = new Map<string, SwissUidEntry>();
  const vendor = await playVendor({
    basePath: '/V5.0/PublicServices.svc',
    routes: {
      'POST ': (request) => {
        const digits = digitsAsked(request);
        if (digits === null) return fault('Data_validation_failed');
        const entry = entries.get(digits);
        return enveloped(200, resultOf(entry ? organisations(digits, entry) : ''));
      },
    },
  });
  return {
    ...vendor,
    put: (digits, entry = {}) => void entries.set(digits, entry),
    refuse: (code) => {
      vendor.misbehave((response) => {
        const { status, body } = fault(code);
        response.writeHead(status, XML).end(body);
      });
    },
  };
}

const XML = { 'content-type': 'text/xml; charset=utf-8' };

/** The 9 digits of a request that is as the service's clients send it; null for any other. */
function digitsAsked({ headers, body }: ArrivedRequest): string | null {
  if (headers['soapaction'] !== `"${SERVICE}/IPublicServices/GetByUID"`) return null;
  if (headers['content-type'] !== XML['content-type']) return null;
  const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(body.toString('utf8'), 'text/xml');
  const texts = (namespace: string, name: string): (string | null)[] =>
    [...document.getElementsByTagNameNS(namespace, name)].map((node) => node.textContent);
  const question = document.getElementsByTagNameNS(SERVICE, 'GetByUID')[0];
  const isPlaced = question?.parentNode?.localName === 'Body' && question.parentNode.namespaceURI === SOAP;
  const [categories, ids] = [texts(IDENTIFIER, 'uidOrganisationIdCategorie'), texts(IDENTIFIER, 'uidOrganisationId')];
  const isWhole = isPlaced && categories.join() === 'CHE' && ids.length === 1 && texts(SERVICE, 'uid').length === 1;
  return isWhole && /^\d{9}$/.test(ids[0] ?? '') ? (ids[0] ?? null) : null;
}

function resultOf(inner: string): string {
  return `<GetByUIDResponse xmlns="${SERVICE}"><GetByUIDResult xmlns:e="${ENTERPRISE}" xmlns:i="${IDENTIFIER}">${inner}</GetByUIDResult></GetByUIDResponse>`;
}

function organisations(digits: string, entry: SwissUidEntry): string {
  const { status = '3', seats = [] } = entry;
  return [status, ...seats].map((one) => organisation(entry.digits ?? digits, one, entry)).join('');
}

function organisation(digits: string, status: string, entry: SwissUidEntry): string {
  const { name = 'Nordwind &amp; Söhne AG', vatStatus = '2', vatEntryStatus } = entry;
  const uid = (of: string): string =>
    `<i:uidOrganisationIdCategorie>CHE</i:uidOrganisationIdCategorie><i:uidOrganisationId>${of}</i:uidOrganisationId>`;
  return (
    `<organisationType><e:organisation><e:organisationIdentification><i:uid>${uid(digits)}</i:uid>` +
    `<i:OtherOrganisationId><i:organisationIdCategory>CH.HR</i:organisationIdCategory></i:OtherOrganisationId>` +
    `<i:organisationName>${name}</i:organisationName><i:legalForm>0106</i:legalForm></e:organisationIdentification>` +
    `<e:address><e:street>Canary-Gasse</e:street><e:town>Bern</e:town></e:address></e:organisation>` +
    `<e:uidregInformation><e:uidregStatusEnterpriseDetail>${status}</e:uidregStatusEnterpriseDetail></e:uidregInformation>` +
    `<e:commercialRegisterInformation><e:commercialRegisterStatus>2</e:commercialRegisterStatus></e:commercialRegisterInformation>` +
    `<e:vatRegisterInformation><e:vatStatus>${vatStatus}</e:vatStatus>` +
    `${vatEntryStatus ? `<e:vatEntryStatus>${vatEntryStatus}</e:vatEntryStatus>` : ''}<e:uidVat>${uid('100000006')}</e:uidVat>` +
    `</e:vatRegisterInformation></organisationType>`
  );
}

function fault(code: string): Reply & { readonly body: string } {
  return enveloped(
    500,
    `<s:Fault><faultcode>s:Client</faultcode><faultstring>Words</faultstring><detail><businessFault xmlns="${SERVICE}">` +
      `<operation>GetByUID</operation><error>${code}</error><errorDetail>Words</errorDetail></businessFault></detail></s:Fault>`,
  );
}

function enveloped(status: number, body: string): Reply & { readonly body: string } {
  const text = `<s:Envelope xmlns:s="${SOAP}"><s:Body>${body}</s:Body></s:Envelope>`;
  return { status, headers: XML, body: text };
}
