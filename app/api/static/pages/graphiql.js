// GraphiQL with a sign-in of its own. The tokens live in this page's memory only.
"use strict";

const { graphql: GRAPHQL, token: TOKEN } = document.body.dataset;
const REFUSED = 401;

const EXAMPLE = `# 师训 GraphQL
#
# 登录：用页面上方的账号，或在下方 Headers 填
#   {"Authorization": "Bearer 令牌"}
# 运行 Ctrl+Enter，补全 Ctrl+空格，
# 左上角书本图标是字段说明。
# 列表一律分页：first 为条数，最多 100；
# 把 endCursor 填进变量 after 取下一页。

query Teachers($after: String) {
  teachers(first: 5, after: $after) {
    edges {
      node {
        id
        name    # 姓名
        stage   # 学段
        subject # 学科
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

let session = null; // {username, access, refresh}
let renewal = null; // one refresh at a time, shared by the requests that wait for it

async function askToken(fields) {
  const answer = await fetch(TOKEN, { method: "POST", body: new URLSearchParams(fields) });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error(body.detail || body.title || `登录服务没有应答（HTTP ${answer.status}）`);
  }
  return { access: body.access_token, refresh: body.refresh_token };
}

async function renew() {
  try {
    const fields = { grant_type: "refresh_token", refresh_token: session.refresh };
    session = { ...session, ...(await askToken(fields)) };
  } catch {
    signOut("登录已过期，请重新登录");
  }
}

function send(params, extra) {
  const headers = new Headers({ "Content-Type": "application/json", Accept: "application/json" });
  if (session) {
    headers.set("Authorization", `Bearer ${session.access}`);
  }
  Object.entries(extra).forEach(([name, value]) => headers.set(name, value));
  return fetch(GRAPHQL, { method: "POST", headers, body: JSON.stringify(params) });
}

// A new function for every sign-in: GraphiQL reads the schema again when its fetcher changes.
const newFetcher = () => async (params, { headers = {} } = {}) => {
  let answer = await send(params, headers);
  if (answer.status === REFUSED && session?.refresh) {
    renewal ??= renew().finally(() => { renewal = null; });
    await renewal;
    answer = session ? await send(params, headers) : answer;
  }
  return answer.json();
};

const root = ReactDOM.createRoot(document.getElementById("graphiql"));
const render = () => root.render(React.createElement(GraphiQL, {
  fetcher: newFetcher(),
  defaultQuery: EXAMPLE,
  defaultEditorToolsVisibility: "headers",
  isHeadersEditorEnabled: true,
  shouldPersistHeaders: false,
  showPersistHeadersSettings: false,
}));

const form = document.getElementById("sign-in");
const fields = document.getElementById("sign-in-fields");
const leave = document.getElementById("sign-out");
const standing = document.getElementById("standing");

function show(text, isRefused = false) {
  standing.textContent = text;
  standing.classList.toggle("refused", isRefused);
  fields.hidden = session !== null;
  leave.hidden = session === null;
}

function signOut(text) {
  session = null;
  show(text, text !== "未登录");
  render();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { username, password } = Object.fromEntries(new FormData(form));
  const button = event.submitter ?? form.querySelector("button");
  button.disabled = true;
  try {
    session = { username, ...(await askToken({ grant_type: "password", username, password })) };
    form.reset();
    show(`已登录：${username}`);
    render();
  } catch (problem) {
    show(problem.message, true);
  } finally {
    button.disabled = false;
  }
});
leave.addEventListener("click", () => signOut("未登录"));
render();
