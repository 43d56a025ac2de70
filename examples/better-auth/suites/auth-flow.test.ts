// Better Auth's own suite for its flows, by all of the configuration that a team has.
import { authFlowTestSuite, testAdapter } from "@better-auth/test-utils/adapter";
import { getAdapter } from "better-auth/db/adapter";
import { connect } from "../src/database.js";
import { hooks } from "../src/hooks.js";
import { mapping } from "../src/mapping.js";
import { hash, verify } from "../src/passwords.js";
import { required } from "../test/support/required.js";

const database = connect({ uri: required(process.env.DATABASE_URL) });

const { execute } = await testAdapter({
  adapter: async (options) => {
    const adapter = await getAdapter({ ...options, database });
    return () => adapter;
  },
  runMigrations: () => {
    // Doorward's have run.
  },
  overrideBetterAuthOptions: (options) => ({
    ...options,
    ...mapping,
    user: { additionalFields: { ...options.user?.additionalFields, ...mapping.user.additionalFields } },
    emailAndPassword: { enabled: true, ...options.emailAndPassword, password: { hash, verify } },
    databaseHooks: hooks,
  }),
  tests: [
    authFlowTestSuite({
      disableTests: {
        // Needs a column of its own, in a table that is Doorward's.
        "should sign up with additional fields": true,
      },
    }),
  ],
  onFinish: () => database.end(),
});
execute();
