// Better Auth's own suites for adapters, on the tables that Doorward's migrations made.
import {
  caseInsensitiveTestSuite,
  joinsTestSuite,
  normalTestSuite,
  testAdapter,
  transactionsTestSuite,
  uuidTestSuite,
} from "@better-auth/test-utils/adapter";
import { getAdapter } from "better-auth/db/adapter";
import { connect } from "../src/database.js";
import { mapping } from "../src/mapping.js";
import { required } from "../test/support/required.js";
import { notApplicable } from "./not-applicable.js";

/** Leaves its generator behind, which makes one id only, until a test changes the schema: so it runs apart. */
const MAKES_IDS = "create - should use generateId if provided";

const database = connect({ uri: required(process.env.DATABASE_URL) });

const { execute } = await testAdapter({
  adapter: async (options) => {
    const adapter = await getAdapter({ ...options, database });
    return () => adapter;
  },
  runMigrations: () => {
    // Doorward's have run.
  },
  // The names alone: these suites compare whole rows, and know nothing of columns that are Doorward's.
  overrideBetterAuthOptions: (options) => ({
    ...options,
    session: { ...options.session, fields: { ...mapping.session.fields, ...options.session?.fields } },
    account: { ...options.account, fields: { ...mapping.account.fields, ...options.account?.fields } },
  }),
  tests: [
    normalTestSuite({ disableTests: { ...notApplicable, [MAKES_IDS]: true } }),
    normalTestSuite({ disableTests: { ALL: true, [MAKES_IDS]: false } }),
    joinsTestSuite({ disableTests: notApplicable }),
    uuidTestSuite({ disableTests: notApplicable }),
    transactionsTestSuite(),
    caseInsensitiveTestSuite({
      disableTests: {
        // The row is updated, and then looked for by the letters of the condition: MariaDB finds it so only where a
        // collation ignores case, and Doorward's are exact. Nothing in Better Auth itself updates that way.
        "update - where with mode insensitive": true,
      },
    }),
  ],
  onFinish: () => database.end(),
});
execute();
