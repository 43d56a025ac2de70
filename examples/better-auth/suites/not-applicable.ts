/**
 * Tests of Better Auth's suites that first change the schema, and why that schema can't be here: it is Doorward's, and
 * nobody adds to it for a test.
 */
const REASONS = {
  "needs a table of its own": [
    "create - should return null for nullable foreign keys",
    "create - should support arrays",
    "create - should support json",
    "findMany - should find many with both one-to-one and one-to-many joins",
    "findMany - should find many with one-to-one join",
    "findMany - should handle mixed joins correctly when some are missing",
    "findMany - should return empty array when base records don't exist with joins",
    "findMany - should return null for one-to-one join when joined records don't exist",
    "findMany - should select fields with one-to-one join",
    "findOne - multiple joins should return result even when some joined tables have no matching rows",
    "findOne - should join a model with modified field name",
    "findOne - should return an object for one-to-one joins",
    "findOne - should return null for failed base model lookup that has joins",
    "findOne - should return null for one-to-one join when joined record doesn't exist",
    "findOne - should select fields with one-to-one join",
    "findOne - should work with both one-to-one and one-to-many joins",
  ],
  "needs a column of its own": [
    "create - should apply default values to fields",
    "deleteMany - should delete many models with numeric values",
    "findMany - should find many models with sortBy",
    "findMany - should find many models with sortBy and limit",
    "findMany - should find many models with sortBy and limit and offset",
    "findMany - should find many models with sortBy and limit and offset and where",
    "findMany - should find many models with sortBy and offset",
    "findMany - should find many with join and sortBy",
    "findOne - should find a model with additional fields",
    "findOne - should not apply defaultValue if value not found",
  ],
  "needs another name for a table or a column": [
    "findOne - backwards join with modified field name (session base, users-table join)",
    "findOne - should find a model with modified field name",
    "findOne - should find a model with modified model name",
  ],
};

/** The same, as the suites take it. */
export const notApplicable = Object.fromEntries(
  Object.values(REASONS)
    .flat()
    .map((name) => [name, true]),
);
