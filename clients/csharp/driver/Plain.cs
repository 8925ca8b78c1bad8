// Owns the call `plain` (clients/README.md): lists of numbers by the generated types and the platform's HTTP client, as a caller writes
// it who has no helper.
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PredictSchemata.HearContract;

internal static class Plain
{
    public static JObject Run(JObject given)
    {
        var arrays = given["sounds"].Select(FloatsOf).ToList();
        var since = Stopwatch.StartNew();
        var predictions = PredictAsync(given, arrays).GetAwaiter().GetResult();
        var elapsedMs = since.Elapsed.TotalMilliseconds;
        return new JObject(
            new JProperty("ok", true),
            new JProperty("predictions", predictions.Select(Shown)),
            new JProperty("elapsed_ms", elapsedMs));
    }

    private static async Task<List<HearPrediction>> PredictAsync(JObject given, List<float[]> arrays)
    {
        var place = given["endpoint"];
        var url = place["base_url"] + "/v1/projects/" + place["project"] + "/locations/" + place["location"] + "/endpoints/" + place["endpoint"] + ":predict";
        var perCall = (int)given["options"]["max_instances"];
        var predictions = new List<HearPrediction>();
        using (var http = new HttpClient())
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)given["tokens"][0]);
            for (var at = 0; at < arrays.Count; at += perCall)
            {
                var instances = arrays.Skip(at).Take(perCall).Select(samples => (HearInstance)new HearInputArray { InputArray = samples });
                var body = JsonConvert.SerializeObject(new PredictRequest { Instances = instances.ToList() });
                using (var answer = await http.PostAsync(url, new StringContent(body, Encoding.UTF8, "application/json")))
                {
                    answer.EnsureSuccessStatusCode();
                    var text = await answer.Content.ReadAsStringAsync();
                    predictions.AddRange(JsonConvert.DeserializeObject<PredictResponse>(text).Predictions);
                }
            }
        }
        return predictions;
    }

    /// <summary>Samples as the contract's numbers.</summary>
    private static float[] FloatsOf(JToken given) =>
        given["float32"] != null
            ? Driver.Raw<float>(given["float32"], 4)
            : Driver.Raw<short>(given["int16"], 2).Select(sample => sample / 32768f).ToArray();

    private static JToken Shown(HearPrediction prediction) =>
        prediction is HearEmbedding result ? Driver.ShownValues(result.Embedding) : JToken.FromObject(prediction);
}
