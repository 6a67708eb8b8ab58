import { type Document, DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom';
import type { Http, HttpAnswer } from '../../platform/http.js';
import { faultOfAnswer, ProviderFault } from '../fault-observation.js';
import { unrecognised } from '../vendor/vendor-client.js';
import { SWISS_UID_HOSTS, type SwissUidSettings } from './swiss-uid.connection.js';

/** The service's own namespace. Those inside an answer change with its versions: elements there go by their local names. */
const SERVICE = 'http://www.uid.admin.ch/xmlns/uid-wse';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
/** An answer holds one enterprise and its branches. What is much larger is none, and would be long to parse. */
const MOST_BYTES = 256 * 1024;

/** Asks `GetByUID` (SOAP 1.1) for an enterprise by its 9 digits, and gives back whatever was answered. Rejects with `HttpFault`. */
export function askByUid(
  http: Http,
  digits: string,
  { settings, signal }: { readonly settings: SwissUidSettings; readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  const { environment, base_url: url, identifier_namespace: identifier } = settings;
  return http.send({
    method: 'POST',
    url: url ?? SWISS_UID_HOSTS[environment],
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${SERVICE}/IPublicServices/GetByUID"` },
    body:
      `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}" xmlns:u="${SERVICE}" xmlns:i="${identifier}"><s:Body><u:GetByUID><u:uid>` +
      `<i:uidOrganisationIdCategorie>CHE</i:uidOrganisationIdCategorie><i:uidOrganisationId>${digits}</i:uidOrganisationId>` +
      `</u:uid></u:GetByUID></s:Body></s:Envelope>`,
    signal,
    maxBytes: MOST_BYTES,
  });
}

/** What an answer holds: the enterprises in it, or the service's own code of an error. */
export type SoapAnswer = { readonly organisations: readonly Element[] } | { readonly error: string };

/**
 * Reads an answer. A fault comes with 500, and its code says whether it is an outage: so the body is read first. Throws `ProviderFault` where it
 * is no answer of the service.
 */
export function readSoapAnswer(answer: HttpAnswer, now: Parameters<typeof faultOfAnswer>[1]): SoapAnswer {
  const body = bodyOf(answer.body);
  const error = body && soapError(body);
  // A box in front of the service knows nothing of its codes.
  if (error && (answer.status === 200 || answer.status === 500)) return { error };
  const fault = faultOfAnswer(answer, now);
  if (fault) throw fault;
  const response = body && childrenOf(body).find((node) => node.localName === 'GetByUIDResponse');
  if (response?.namespaceURI !== SERVICE) throw unrecognised();
  const organisations = elementsIn(response, 'organisationType');
  if (organisations.length === 0 && !isEmpty(response)) throw unrecognised();
  return { organisations };
}

/** The elements of a local name anywhere below, in document order. */
export function elementsIn(node: Element, name: string): Element[] {
  return [...node.getElementsByTagNameNS('*', name)];
}

/** The text of the first such element below; null where there is none, or it is empty. */
export function textIn(node: Element, name: string): string | null {
  return elementsIn(node, name)[0]?.textContent?.trim() || null;
}

/**
 * The fault that a code of the service's stands for. None of them is about the subject: a number whose check digit is right and which the service
 * calls no valid data says that our request has another form than the service wants.
 */
export function faultOfCode(code: string): ProviderFault {
  // The limit is one of a minute, and no header tells when it ends.
  if (code === 'Request_limit_exceeded')
    return new ProviderFault('provider_throttled', { class: 'throttle', afterMs: 60_000 });
  if (code === 'Data_validation_failed')
    return new ProviderFault('provider_response_unrecognised', { class: 'operator' });
  return new ProviderFault('provider_unavailable', { class: 'outage' });
}

/** Nobody has the number only where nothing else is told: an enterprise in elements of another name, or an error, is none of that. */
function isEmpty(response: Element): boolean {
  const isBare = (node: Element): boolean => node.localName === 'GetByUIDResult' && childrenOf(node).length === 0;
  return childrenOf(response).every(isBare) && !response.textContent?.trim();
}

function soapError(body: Element): string | null {
  const fault = childrenOf(body).find((node) => node.localName === 'Fault' && node.namespaceURI === SOAP);
  return fault ? (textIn(fault, 'error') ?? 'none') : null;
}

function bodyOf(bytes: Buffer): Element | undefined {
  const root = parsed(bytes.toString('utf8'))?.documentElement;
  if (root?.localName !== 'Envelope' || root.namespaceURI !== SOAP) return undefined;
  return childrenOf(root).find((node) => node.localName === 'Body' && node.namespaceURI === SOAP);
}

function childrenOf(node: Element): Element[] {
  return [...node.childNodes].filter((child): child is Element => child.nodeType === 1);
}

/** Well-formed XML without a document type; undefined for anything else. */
function parsed(text: string): Document | undefined {
  if (text.includes('<!DOCTYPE')) return undefined;
  try {
    return new DOMParser({ onError: onErrorStopParsing, locator: false }).parseFromString(text, 'text/xml');
  } catch {
    return undefined;
  }
}
