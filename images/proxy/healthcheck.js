// Healthy when the proxy answers on its public port.
require("http")
  .get("http://127.0.0.1:8000/_chp_healthz", (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))
  .on("error", () => process.exit(1));
