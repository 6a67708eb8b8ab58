import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** What a vendor is told. */
@ApiSchema({ name: 'Received' })
export class ReceivedDto {
  @ApiProperty({ enum: [true], example: true, description: 'It is stored, and will be looked into.' })
  received!: true;
}
