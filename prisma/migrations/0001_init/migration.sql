-- CreateTable
CREATE TABLE "Provider" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "credential" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1
);

-- CreateTable
CREATE TABLE "Endpoint" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "providerSlug" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "region" TEXT,
    "baseUrl" TEXT NOT NULL,
    "credential" JSONB,
    CONSTRAINT "Endpoint_providerSlug_fkey" FOREIGN KEY ("providerSlug") REFERENCES "Provider" ("slug") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Target" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "slug" TEXT NOT NULL,
    "providerSlug" TEXT NOT NULL,
    "endpointSlug" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "deployment" TEXT,
    "modelFamily" TEXT,
    "contextWindow" INTEGER,
    "capabilities" JSONB,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "breaker" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "Target_providerSlug_endpointSlug_fkey" FOREIGN KEY ("providerSlug", "endpointSlug") REFERENCES "Endpoint" ("providerSlug", "slug") ON DELETE NO ACTION ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Flow" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "aliases" JSONB NOT NULL,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "publishedVersion" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1
);

-- CreateTable
CREATE TABLE "FlowVersion" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "flowSlug" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "chain" JSONB NOT NULL,
    "policy" JSONB NOT NULL,
    "publishedAt" DATETIME NOT NULL,
    "publishedBy" TEXT NOT NULL,
    "reason" TEXT,
    CONSTRAINT "FlowVersion_flowSlug_fkey" FOREIGN KEY ("flowSlug") REFERENCES "Flow" ("slug") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "defaultFlow" TEXT,
    "use" TEXT NOT NULL DEFAULT 'application',
    "createdAt" DATETIME NOT NULL,
    "createdBy" TEXT NOT NULL,
    "lastUsedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1
);

-- CreateTable
CREATE TABLE "Override" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "scope" TEXT NOT NULL,
    "scopeId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "setAt" DATETIME NOT NULL,
    "expiresAt" DATETIME
);

-- CreateTable
CREATE TABLE "Cooldown" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "until" DATETIME NOT NULL,
    "class" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "setAt" DATETIME NOT NULL,
    "level" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "BreakerEvent" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "scope" TEXT NOT NULL,
    "scopeId" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "openForMs" REAL,
    "window" JSONB NOT NULL,
    "errors" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "by" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "entityId" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "reason" TEXT,
    "before" JSONB,
    "after" JSONB
);

-- CreateTable
CREATE TABLE "RequestRecord" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL,
    "flow" TEXT NOT NULL,
    "flowVersion" INTEGER NOT NULL,
    "apiKeyId" TEXT,
    "stream" BOOLEAN NOT NULL,
    "stakes" TEXT,
    "outcome" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "servedBy" JSONB,
    "servedTarget" TEXT,
    "degraded" BOOLEAN NOT NULL,
    "reason" TEXT,
    "badge" BOOLEAN NOT NULL,
    "durationMs" REAL NOT NULL,
    "firstTokenMs" REAL,
    "usage" JSONB,
    "skips" JSONB NOT NULL,
    "malformedEvents" INTEGER NOT NULL,
    "simulated" BOOLEAN NOT NULL
);

-- CreateTable
CREATE TABLE "AttemptRecord" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "requestId" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "startedMs" REAL NOT NULL,
    "waitedMs" REAL NOT NULL,
    "durationMs" REAL NOT NULL,
    "firstTokenMs" REAL,
    "outcome" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "status" INTEGER,
    "message" TEXT,
    "probe" BOOLEAN NOT NULL,
    "lastResort" BOOLEAN NOT NULL,
    CONSTRAINT "AttemptRecord_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "RequestRecord" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "MetricRollup" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "bucket" DATETIME NOT NULL,
    "stepSeconds" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "flow" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "latency" JSONB NOT NULL,
    "latencyMaxMs" REAL NOT NULL,
    "firstToken" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "expiresAt" DATETIME NOT NULL,
    "token" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "userId" TEXT NOT NULL,
    CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" DATETIME,
    "refreshTokenExpiresAt" DATETIME,
    "scope" TEXT,
    "password" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateIndex
CREATE UNIQUE INDEX "Provider_slug_key" ON "Provider"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "Endpoint_providerSlug_slug_key" ON "Endpoint"("providerSlug", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "Target_slug_key" ON "Target"("slug");

-- CreateIndex
CREATE INDEX "Target_providerSlug_endpointSlug_idx" ON "Target"("providerSlug", "endpointSlug");

-- CreateIndex
CREATE UNIQUE INDEX "Flow_slug_key" ON "Flow"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "FlowVersion_flowSlug_number_key" ON "FlowVersion"("flowSlug", "number");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_sha256_key" ON "ApiKey"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "Override_scope_scopeId_key" ON "Override"("scope", "scopeId");

-- CreateIndex
CREATE INDEX "BreakerEvent_at_idx" ON "BreakerEvent"("at");

-- CreateIndex
CREATE INDEX "BreakerEvent_scope_scopeId_id_idx" ON "BreakerEvent"("scope", "scopeId", "id");

-- CreateIndex
CREATE INDEX "AuditEntry_entity_entityId_id_idx" ON "AuditEntry"("entity", "entityId", "id");

-- CreateIndex
CREATE INDEX "RequestRecord_at_id_idx" ON "RequestRecord"("at", "id");

-- CreateIndex
CREATE INDEX "RequestRecord_flow_at_idx" ON "RequestRecord"("flow", "at");

-- CreateIndex
CREATE INDEX "RequestRecord_outcome_at_idx" ON "RequestRecord"("outcome", "at");

-- CreateIndex
CREATE INDEX "AttemptRecord_target_requestId_idx" ON "AttemptRecord"("target", "requestId");

-- CreateIndex
CREATE UNIQUE INDEX "AttemptRecord_requestId_n_key" ON "AttemptRecord"("requestId", "n");

-- CreateIndex
CREATE INDEX "MetricRollup_kind_bucket_idx" ON "MetricRollup"("kind", "bucket");

-- CreateIndex
CREATE INDEX "MetricRollup_kind_target_bucket_idx" ON "MetricRollup"("kind", "target", "bucket");

-- CreateIndex
CREATE INDEX "MetricRollup_kind_flow_bucket_idx" ON "MetricRollup"("kind", "flow", "bucket");

-- CreateIndex
CREATE INDEX "MetricRollup_bucket_idx" ON "MetricRollup"("bucket");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_userId_idx" ON "session"("userId");

-- CreateIndex
CREATE INDEX "account_userId_idx" ON "account"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "account_providerId_accountId_key" ON "account"("providerId", "accountId");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");
