// Starts Swagger UI on the document that the page names; nothing is asked of another host.
"use strict";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
followScheme();
dark.addEventListener("change", followScheme);

// The password form sends "Basic Og==" (an empty client) when no client id is given: a client that does not exist.
const EMPTY_CLIENT = `Basic ${btoa(":")}`;
const dropEmptyClient = (request) => {
  if (request.headers?.Authorization === EMPTY_CLIENT) {
    delete request.headers.Authorization;
  }
  return request;
};

window.ui = SwaggerUIBundle({
  url: document.body.dataset.openapi,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
  requestInterceptor: dropEmptyClient,
  validatorUrl: null, // its default is a public service
});
