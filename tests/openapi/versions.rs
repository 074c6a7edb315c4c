use congruent::model::{ApiVersion, KeyLocation, SampleSource, SecuritySchemeKind};

use crate::common::{api, facts, operations, security, servers, slice};

const OPENAPI: &str = r##"openapi: 3.1.0
info: {title: Pets 🐈, version: "1"}
servers:
  - url: https://{region}.pets.test/v{major}
    variables:
      region: {default: eu, enum: [eu, us]}
security:
  - key: []
  - oauth: [read, write]
    client: []
  - {}
paths:
  x-note: none
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true}
      - {name: X-Trace, in: header}
    servers: [{url: /v2}]
    get:
      operationId: getPet
      tags: [Pets, "More pets"]
      parameters:
        - {name: X-Trace, in: header, required: true}
      security: []
      responses: {}
      x-codeSamples:
        - lang: Shell
          source: |
            curl https://eu.pets.test/v1/pets/1
        - {lang: JS, source: {$ref: samples/get.js}}
    delete:
      deprecated: true
      servers: [{url: "https://admin.pets.test"}]
      security: [{key: []}]
  "/pets":
    post: {responses: {}}
    summary: none
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key, description: "Send `X-Key: Token <key>`."}
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a.test', scopes: {}}, password: {}}}
    client: {type: mutualTLS}
    http: {type: http, scheme: Bearer, bearerFormat: JWT}
    connect: {type: openIdConnect}
    cookie: {type: apiKey, in: cookie, name: sid}
    wrong: {type: apikey}
"##;

#[test]
fn openapi_is_read_with_the_place_of_everything() {
    let api = api("api/pets.yaml", OPENAPI);
    assert_eq!(api.version, ApiVersion::OpenApi3(1));
    assert_eq!(api.issues.iter().map(|issue| issue.reason.as_str()).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(operations(&api), ["GET /pets/{id}", "DELETE /pets/{id}", "POST /pets"]);
    assert_eq!(security(&api), ["", "(key)", "(key)|(oauth+client)|()"]);
    assert_eq!(servers(&api), ["/v2", "https://admin.pets.test", "https://eu.pets.test/v{major}"]);
    assert_eq!(api.title.as_ref().map(|title| title.as_str()), Some("Pets 🐈"));
    let optional: Vec<_> = api.operations().map(|(_, operation)| api.security_of(operation).unwrap().is_optional()).collect();
    assert_eq!(optional, [true, false, true]);

    let (item, get) = api.operations().next().unwrap();
    let at = |place: congruent::model::ApiPlace| slice(OPENAPI, place.span);
    assert_eq!(at(item.template.as_ref().unwrap().place()), "/pets/{id}");
    assert_eq!(at(get.method.place()), "get");
    assert!(at(get.place).starts_with("operationId: getPet"));
    assert_eq!(at(get.id.as_ref().unwrap().place()), "getPet");
    assert_eq!(get.tags.iter().map(|tag| at(tag.place())).collect::<Vec<_>>(), ["Pets", "More pets"]);
    let parameters: Vec<_> = get.parameters.iter().map(|p| (at(p.name.place()), at(p.location.place()), p.is_required)).collect();
    assert_eq!(parameters, [("X-Trace", "header", true), ("id", "path", true)]);
    assert_eq!(at(get.security.as_ref().unwrap().place), "[]");
    assert_eq!(at(api.servers[0].url.place()), "https://{region}.pets.test/v{major}");
    let root = api.security.as_ref().unwrap();
    let used = &root.alternatives[1].schemes[0];
    assert_eq!(
        (at(used.name.place()), used.scopes.iter().map(|scope| at(scope.place())).collect::<Vec<_>>()),
        ("oauth", vec!["read", "write"])
    );
    assert!(api.operations().nth(1).unwrap().1.is_deprecated);
}

#[test]
fn servers_have_variables() {
    let api = api("a.yml", OPENAPI);
    let server = &api.servers[0];
    let holes: Vec<_> = server.url.text.holes().map(|hole| &server.url.as_str()[hole]).collect();
    assert_eq!(holes, ["{region}", "{major}"]);
    let values: Vec<_> = server.variables[0].values.iter().map(|value| value.as_str()).collect();
    assert_eq!(values, ["eu", "us"]);
    let url = server.default_url();
    let eu = url.as_str().find("eu").unwrap();
    assert_eq!(slice(OPENAPI, url.span(eu..eu + 2)), "{region}");
}

#[test]
fn schemes_say_how_requests_authenticate() {
    let api = api("a.yaml", OPENAPI);
    let kinds: Vec<_> = api.schemes.iter().map(|scheme| (scheme.key.as_str(), scheme.kind())).collect();
    let key = |location, name: &str| Some(SecuritySchemeKind::ApiKey(location, name.to_owned()));
    assert_eq!(
        kinds,
        [
            ("key", key(KeyLocation::Header, "X-Key")),
            ("oauth", Some(SecuritySchemeKind::OAuth2)),
            ("client", Some(SecuritySchemeKind::MutualTls)),
            ("http", Some(SecuritySchemeKind::Http("bearer".to_owned()))),
            ("connect", Some(SecuritySchemeKind::OpenIdConnect)),
            ("cookie", key(KeyLocation::Cookie, "sid")),
            ("wrong", None),
        ]
    );
    let (prefix, span) = api.schemes[0].prefix().unwrap();
    assert_eq!((prefix, slice(OPENAPI, span)), ("Token", "Token"));
    let flows: Vec<_> = api.schemes[1].flows.iter().map(|flow| flow.as_str()).collect();
    assert_eq!(flows, ["implicit", "password"]);
    let http = api.scheme("http").unwrap();
    let said = [&http.scheme, &http.bearer_format].map(|text| slice(OPENAPI, text.as_ref().unwrap().place().span));
    assert_eq!(said, ["Bearer", "JWT"]);
}

#[test]
fn samples_are_bound_to_their_operation() {
    let api = api("api/a.yaml", OPENAPI);
    let samples = &api.operations().next().unwrap().1.samples;
    let SampleSource::Here(code) = &samples[0].source else { panic!("a file") };
    assert_eq!(code.as_str(), "curl https://eu.pets.test/v1/pets/1");
    assert_eq!(slice(OPENAPI, code.place().span), code.as_str());
    let SampleSource::File(file) = &samples[1].source else { panic!("code") };
    assert_eq!((file.path.as_str(), samples[1].language.as_ref().unwrap().as_str()), ("api/samples/get.js", "JS"));
}

#[test]
fn openapi_3_2_has_more_methods() {
    let text = "openapi: 3.2.0\ninfo: {}\npaths:\n  /a:\n    query: {}\n    additionalOperations:\n      PURGE: {operationId: purge}\n";
    let api = api("a.yaml", text);
    assert_eq!((api.version, operations(&api)), (ApiVersion::OpenApi3(2), vec!["QUERY /a".to_owned(), "PURGE /a".to_owned()]));
    assert_eq!((security(&api), servers(&api)), (vec!["-".to_owned(); 2], vec![String::new(); 2]));
}

const SWAGGER: &str = r##"{
  "swagger": "2.0",
  "info": {"title": "\u0050ets"},
  "host": "pets.test:8080", "basePath": "\/v1", "schemes": ["https", "http"],
  "securityDefinitions": {
    "basic": {"type": "basic"},
    "k\u0065y": {"type": "apiKey", "in": "query", "name": "api_key"},
    "oauth": {"type": "oauth2", "flow": "accessCode"}
  },
  "security": [{"key": []}],
  "paths": {
    "/pets\/{id}": {
      "get": {"parameters": [{"$ref": "#/parameters/Limit"}, {"in": "body", "name": "b"}], "responses": {}},
      "put": {"schemes": ["wss"], "security": [{"basic": []}], "responses": {}}
    }
  },
  "parameters": {"Limit": {"name": "limit", "in": "query", "type": "integer"}}
}"##;

#[test]
fn swagger_is_read() {
    let api = api("swagger.json", SWAGGER);
    assert_eq!(api.version, ApiVersion::Swagger2);
    assert_eq!(operations(&api), ["GET /pets/{id}", "PUT /pets/{id}"]);
    assert_eq!(security(&api), ["(key)", "(basic)"]);
    assert_eq!(servers(&api), ["https://pets.test:8080/v1 http://pets.test:8080/v1", "wss://pets.test:8080/v1"]);
    let url = &api.servers[0].url.text;
    assert_eq!(slice(SWAGGER, url.span(8..17)), "pets.test");
    assert_eq!(slice(SWAGGER, url.span(22..25)), "\\/v1");
    assert_eq!(slice(SWAGGER, api.schemes[1].key.place().span), "k\\u0065y");
    let kinds: Vec<_> = api.schemes.iter().map(|scheme| scheme.kind().unwrap()).collect();
    let key = SecuritySchemeKind::ApiKey(KeyLocation::Query, "api_key".to_owned());
    assert_eq!(kinds, [SecuritySchemeKind::Http("basic".to_owned()), key, SecuritySchemeKind::OAuth2]);
    let parameters = &api.operations().next().unwrap().1.parameters;
    assert_eq!(slice(SWAGGER, parameters[0].name.place().span), "limit");
    assert_eq!(slice(SWAGGER, api.paths[0].template.as_ref().unwrap().place().span), "/pets\\/{id}");
}

#[test]
fn swagger_may_leave_out_where_it_is_served() {
    let swagger = |rest: &str| servers(&api("a.yaml", &format!("swagger: 2.0\n{rest}paths:\n  /a:\n    get: {{responses: {{}}}}\n")));
    assert_eq!(swagger("host: a.test\nbasePath: v1\n"), ["//a.test/v1"]);
    assert_eq!(swagger("basePath: /v1\nschemes: [https]\n"), ["/v1"]);
    assert_eq!(swagger(""), [""]);
}

#[test]
fn a_description_is_known_by_what_it_says() {
    for (path, text) in [
        ("a.json", "{\"openapi\": \"3.0.0\", \"dependencies\": {}}"),
        ("a.json", "{\"openapi\": \"openapi.json\", \"info\": {}}"),
        ("a.yaml", "x:\n  openapi: 3.0.0\n  paths: {}\n"),
        ("a.yaml", "swagger: '1.2'\npaths: {}\n"),
        ("a.yaml", "asyncapi: 3.0.0\ninfo: {}\n"),
        ("a.toml", "openapi = '3.0.0'\n[paths]\n"),
        ("a.md", "```yaml\nopenapi: 3.0.0\npaths: {}\n```\n"),
        ("a.yaml", "get: {responses: [a]}\n"),
        ("a.yaml", "get: {responses: {}}\nother: 1\n"),
        ("a.json", "{\"/a\": {\"responses\": {}}}"),
    ] {
        assert_eq!(facts(path, text).apis.len(), 0, "{path}: {text}");
    }
    for (path, text) in [
        ("a.json", "{\"openapi\": \"3.0.0\", \"info\": {}}"),
        ("swagger", "#!/x\n"),
        ("a.yaml", "---\nx: y\n---\nopenapi: '3.0.3'\ncomponents: {}\n"),
        ("a.yml", "\"swagger\": 2.0\ninfo:\n"),
    ] {
        assert_eq!(facts(path, text).apis.len(), usize::from(path != "swagger"), "{path}: {text}");
    }
}

#[test]
fn parts_of_descriptions_are_read_by_themselves() {
    let item = api("paths/a.yaml", "parameters: []\nget:\n  security: [{a: []}]\n  responses: {'200': {}}\n");
    assert_eq!(
        (item.version, operations(&item), security(&item)),
        (ApiVersion::Fragment, vec!["GET -".to_owned()], vec!["(a)".to_owned()])
    );
    let paths = api("paths.json", "{\"/a\": {\"put\": {\"responses\": {}}}, \"/b\": {\"$ref\": \"b.json\"}, \"x-c\": 1}");
    assert_eq!(operations(&paths), ["PUT /a"]);
    assert_eq!(paths.elsewhere[0].path, "b.json");
}
