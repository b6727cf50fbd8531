-- AlterTable
ALTER TABLE "AttemptRecord" ADD COLUMN "retryAfterMs" REAL;

-- AlterTable
ALTER TABLE "Endpoint" ADD COLUMN "previous" JSONB;

-- AlterTable
ALTER TABLE "Flow" ADD COLUMN "callerTimeoutSeconds" REAL;
ALTER TABLE "Flow" ADD COLUMN "exceptions" JSONB;

-- AlterTable
ALTER TABLE "Provider" ADD COLUMN "previous" JSONB;

-- AlterTable
ALTER TABLE "Target" ADD COLUMN "prices" JSONB;

-- CreateTable
CREATE TABLE "FlowDraft" (
    "flowSlug" TEXT NOT NULL PRIMARY KEY,
    "basedOn" INTEGER NOT NULL,
    "chain" JSONB NOT NULL,
    "policy" JSONB NOT NULL,
    "savedAt" DATETIME NOT NULL,
    "savedBy" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "FlowDraft_flowSlug_fkey" FOREIGN KEY ("flowSlug") REFERENCES "Flow" ("slug") ON DELETE CASCADE ON UPDATE CASCADE
);
