import type { IncomingMessage } from 'node:http';
import { Controller, HttpCode, Param, Post, Req, UseFilters, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../context/index.js';
import { ProblemFilter } from '../errors/index.js';
import { announcesBody, type BodyRequest, readBodyBytes } from '../input/index.js';
import type { RawDelivery } from '../providers/provider-adapter.js';
import { CallbackIntake } from './callback-intake.js';
import * as Api from './callbacks.document.js';
import { type ReceivedDto } from './received.dto.js';

/** Larger than any vendor's callback that is documented. */
const MOST_BYTES = 512 * 1024;

const RECEIVED: ReceivedDto = { received: true };

/** Where vendors say that something has changed. */
@ApiTags('provider callbacks')
@Public()
@UseFilters(ProblemFilter)
@Controller({ path: 'provider-callbacks', version: VERSION_NEUTRAL })
export class CallbacksController {
  constructor(private readonly intake: CallbackIntake) {}

  @Post(':provider/:token')
  @HttpCode(200)
  @Api.Take()
  async take(
    @Param('provider') provider: string,
    @Param('token') token: string,
    @Req() request: BodyRequest,
  ): Promise<ReceivedDto> {
    await this.intake.take({ provider, token }, () => readDelivery(request));
    return RECEIVED;
  }
}

/** The request byte for byte: a signature is over what was sent, not over what a parser made of it. */
async function readDelivery(request: BodyRequest): Promise<RawDelivery> {
  return { headers: headersOf(request), body: await bodyOf(request) };
}

async function bodyOf(request: BodyRequest): Promise<Buffer> {
  const { rawBody, readableEnded } = request;
  if (Buffer.isBuffer(rawBody)) return rawBody;
  if (!announcesBody(request)) return Buffer.alloc(0);
  if (readableEnded) throw new Error('the body was read before, and its bytes were not kept (Nest: rawBody: true)');
  return readBodyBytes(request, MOST_BYTES);
}

/** Of a header that is repeated the values in order, divided by commas (RFC 9110, section 5.3). */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(', ')]));
}
