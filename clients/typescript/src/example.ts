// Signs in, lists the teachers page by page, and posts one hours entry: what a first client does.
import createClient from "openapi-fetch";

import type { components, paths } from "./shixun";

type Schemas = components["schemas"];
type Teacher = Schemas["Teacher"];

export type Client = ReturnType<typeof createClient<paths>>;

/** Base address without a trailing slash, e.g. the county's own server. Answers a client that sends the token. */
export async function signIn(baseUrl: string, username: string, password: string): Promise<Client> {
  const client = createClient<paths>({ baseUrl });
  const { data, error } = await client.POST("/v1/auth/token", {
    body: { grant_type: "password", username, password },
    headers: { "Content-Type": "application/x-www-form-urlencoded" }, // the one endpoint that takes a form
  });
  if (error) {
    throw new Error(error.detail ?? error.title);
  }
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${data.access_token}` } });
}

/** All teachers that the account may see, one page at a time, in the order of the service. */
export async function* teachers(client: Client): AsyncGenerator<Teacher> {
  let cursor: string | null = null;
  do {
    const { data, error }: Awaited<ReturnType<typeof teacherPage>> = await teacherPage(client, cursor);
    if (error) {
      throw new Error(error.detail ?? error.title);
    }
    yield* data.items;
    cursor = data.next_cursor;
  } while (cursor !== null);
}

function teacherPage(client: Client, cursor: string | null) {
  const page = cursor === null ? {} : { cursor };
  return client.GET("/v1/teachers", { params: { query: { limit: 200, ...page } } });
}

/** Post an entry once: with the same key a repeated call answers the first one's entry. 学时登记 */
export async function postHours(client: Client, teacherId: string, key: string) {
  const { data, error } = await client.POST("/v1/hours-entries", {
    params: { header: { "Idempotency-Key": `"${key}"` } },
    body: {
      teacher_id: teacherId,
      school_year: "2022-2023",
      category: "school_research",
      claimed_hours: 2,
      activity_title: "大单元教学设计研讨",
      activity_date: "2023-03-18",
    },
  });
  if (error) {
    throw new Error(error.detail ?? error.title);
  }
  return data;
}

export async function main(baseUrl: string): Promise<void> {
  const client = await signIn(baseUrl, "school", "shixun-demo");
  for await (const teacher of teachers(client)) {
    console.log(teacher.name, teacher.stage, teacher.subject);
    const entry = await postHours(client, teacher.id, crypto.randomUUID());
    console.log(entry.claimed_hours, entry.credited_hours);
    break;
  }
}
