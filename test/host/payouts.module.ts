import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Module,
  NotImplementedException,
  Param,
  Post,
} from '@nestjs/common';
import { IsInt, IsString } from 'class-validator';
import { type RequestContext, VerificationsService } from 'customer-verifications';
import { DataSource } from 'typeorm';
import { LedgerEvent } from './ledger-event.entity.js';

/** What the host's own validation looks at. */
export class PayoutDto {
  @IsString()
  customer!: string;

  @IsInt()
  amount!: number;
}

/** The host's own feature: it pays only customers who are verified, and asks the library in process. */
@Injectable()
export class Payouts {
  constructor(
    readonly verifications: VerificationsService,
    private readonly dataSource: DataSource,
  ) {}

  /** Pays and writes so into the host's ledger; the note says by what the customer was verified, and until when. */
  async pay(ctx: RequestContext, customerId: string): Promise<string | null> {
    const pass = await this.verifications.current(ctx, customerId, 'business_entity');
    if (!pass) return null;
    const note = `paid on ${pass.checkType} until ${pass.expiresAt ?? 'further notice'}`;
    await this.dataSource.getRepository(LedgerEvent).insert({ note });
    return note;
  }
}

/** The host's own routes, in the host's own manner. */
@Controller('payouts')
export class PayoutsController {
  @Post()
  @HttpCode(200)
  create(@Body() body: PayoutDto): PayoutDto {
    return body;
  }

  @Get(':id')
  get(@Param('id') id: string): { id: string } {
    if (id === 'none') throw new NotImplementedException('the host says so');
    return { id };
  }
}

/** A route of the host whose name is one of the library's. It takes any body, in whatever form. */
@Controller('verifications')
export class HostVerificationsController {
  @Post()
  @HttpCode(200)
  echo(@Body() body: unknown): { host: unknown } {
    return { host: body ?? null };
  }
}

/** Needs the library's service and has never heard of its options. */
@Module({
  controllers: [PayoutsController, HostVerificationsController],
  providers: [Payouts],
  exports: [Payouts],
})
export class PayoutsModule {}
