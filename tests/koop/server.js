// Serves the GeoJSON files of ./data as FeatureServer layers on a free port of loopback.
process.env.SUPPRESS_NO_CONFIG_WARNING = 'true'
const Koop = require('@koopjs/koop-core')
const koop = new Koop({ logLevel: 'error' })
koop.register(require('@koopjs/provider-file-geojson'), { dataDir: process.argv[2] })
const server = koop.server.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`)
})
