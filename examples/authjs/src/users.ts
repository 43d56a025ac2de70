import { randomUUID } from "node:crypto";
import type { Adapter, AdapterUser } from "@auth/core/adapters";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { User, UserSchema } from "../gen/doorward/v1/user_pb.js";
import { UserService } from "../gen/doorward/v1/user_service_pb.js";
import type { DoorwardClient } from "./client.js";
import { find } from "./find.js";
import { dateOrNull, filled, given } from "./messages.js";

const { createUser, getUser, updateUser, deleteUser } = UserService.method;

/** By which path an update mask names a field. */
const PATHS = { email: "email", emailVerified: "email_verified_at", name: "name", image: "image" } as const;

/** Users, as Auth.js knows them. */
export function users(doorward: DoorwardClient) {
  const read = async (key: { case: "userId" | "email"; value: string }): Promise<AdapterUser> =>
    toUser((await doorward.call(getUser, { key })).user);

  const byId = (id: string): Promise<AdapterUser | null> =>
    find("USER_NOT_FOUND", [id], () => read({ case: "userId", value: id }));

  return {
    createUser: async (user) =>
      toUser((await doorward.call(createUser, { user: toMessage(user), requestId: randomUUID() })).user),

    getUser: byId,

    getUserByEmail: (email) => find("USER_NOT_FOUND", [email], () => read({ case: "email", value: email })),

    updateUser: async (user) => {
      const paths = changed(user);
      return paths.length === 0
        ? read({ case: "userId", value: user.id })
        : toUser((await doorward.call(updateUser, { user: toMessage(user), updateMask: { paths } })).user);
    },

    deleteUser: async (id) => {
      const user = await byId(id);
      if (user !== null) {
        await doorward.call(deleteUser, { userId: id, allowMissing: true });
      }
      return user;
    },
  } satisfies Adapter;
}

export function toUser(message: User | undefined): AdapterUser {
  const user = filled("user", message);
  return {
    id: user.id,
    email: user.email,
    emailVerified: emailVerified(user),
    name: user.name ?? null,
    image: user.image ?? null,
  };
}

/** An address that is verified, nobody knows since when, has been since the user was created. */
function emailVerified(user: User): Date | null {
  return dateOrNull(user.emailVerifiedAt ?? (user.emailVerified ? user.createdAt : undefined));
}

function toMessage({
  id,
  email,
  emailVerified,
  name,
  image,
}: Partial<AdapterUser>): MessageInitShape<typeof UserSchema> {
  return given({ id, email, emailVerifiedAt: emailVerified && timestampFromDate(emailVerified), name, image });
}

/** What is null is cleared, what is undefined is not looked at. */
function changed(user: Partial<AdapterUser>): string[] {
  return Object.entries(PATHS)
    .filter(([field]) => user[field as keyof typeof PATHS] !== undefined)
    .map(([, path]) => path);
}
