//! Functions of other files that are given a method and a path, and what only looks like them.

use super::requests;

const HIDDEN: &str = "; the client may add headers";

fn found(path: &str, source: &str) -> Vec<String> {
    requests(path, source).into_iter().map(|request| request.replace(HIDDEN, "")).collect()
}

#[test]
fn what_is_given_a_method_and_a_path_sends_them() {
    let python = r#"from .base import Api
class Runs(Api):
    def list(self):
        return self._request("GET", "/runs")
    def get(self, id):
        return self._request(method="get", url=f"/runs/{id}", params={"a": "/b"})
    def add(self, run):
        return self._http.post("/runs", json=run)
"#;
    assert_eq!(found("a.py", python), ["GET /runs", "GET /runs/{id}", "POST /runs json"]);
    let typescript = r#"import { request } from "./request";
export class Runs {
  list() { return request("GET", "/runs"); }
  get(id: string) { return __request(OpenAPI, { method: "GET", url: "/runs/{id}", path: { id } }); }
  drop(id: string) { const call = new RunsRequest(HttpMethod.DELETE, `/runs/${id}`); return call.send(); }
  add(run: Run) { return this.client.POST("/runs", { body: run }); }
}
"#;
    assert_eq!(found("a.ts", typescript), ["GET /runs", "GET /runs/{id}", "DELETE /runs/{id}", "POST /runs"]);
    let hook = "const { data } = useSWR(`/runs/${id}/events`, (key) => load(key));\n";
    assert_eq!(found("a.ts", hook), ["? /runs/{id}/events; no method is named"]);
    let go = r#"package a
func (c *Client) Add(r Run) error { return c.do(ctx, http.MethodPost, "/runs", r, nil) }
func (c *Client) Drop(id string) error { return c.do(ctx, "DELETE", "/runs/"+id, nil, nil) }
"#;
    assert_eq!(found("a.go", go), ["POST /runs", "DELETE /runs/{id}"]);
}

#[test]
fn what_answers_a_request_sends_none() {
    let javascript = r#"const api = express.Router();
api.get("/runs", list);
client.get("/runs", (req, res) => res.json([]));
server.route("GET", "/runs", handler);
mockRequest("GET", "/runs");
onRequest("GET", "/runs");
doReplace("GET", "/^runs/");
call("GET", "/a b");
send("GET", "/runs", "/runs/1");
execute({ method: "GET" }, "runs");
"#;
    assert_eq!(found("a.js", javascript), [""; 0]);
    let python = "api = APIRouter()\napi.get(\"/runs\")(list)\nrouter.handle_request(\"GET\", \"/runs\")\n";
    assert_eq!(found("a.py", python), [""; 0]);
}
