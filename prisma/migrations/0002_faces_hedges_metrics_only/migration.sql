-- Shortened by hand: adding columns in place does not copy the history, as making the tables anew would.
ALTER TABLE "Target" ADD COLUMN "metricsOnly" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "RequestRecord" ADD COLUMN "face" TEXT NOT NULL DEFAULT 'chat';
ALTER TABLE "RequestRecord" ADD COLUMN "denials" JSONB;

ALTER TABLE "AttemptRecord" ADD COLUMN "hedge" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "AttemptRecord" ADD COLUMN "resume" TEXT;
ALTER TABLE "AttemptRecord" ADD COLUMN "notes" JSONB;

CREATE INDEX "AttemptRecord_outcome_id_idx" ON "AttemptRecord"("outcome", "id");
