using IclMesh.Train;
using IclMesh.Train.Commands;

NativeLibraries.Prepare();

var commands = new Dictionary<string, Action<Options>>(StringComparer.Ordinal)
{
    ["vocabulary"] = VocabularyCommand.Run,
    ["vectors"] = VectorsCommand.Run,
    ["decoder"] = DecoderCommand.Run,
    ["average"] = AverageCommand.Run,
    ["encoder"] = EncoderCommand.Run,
    ["evaluate"] = EvaluateCommand.Run,
    ["nearest"] = NearestCommand.Run,
    ["export"] = ExportCommand.Run,
    ["fixtures"] = FixturesCommand.Run,
    ["card"] = CardCommand.Run,
};
if (args.Length == 0 || !commands.TryGetValue(args[0], out var command))
{
    Console.Error.WriteLine($"usage: train COMMAND [--option value ...], where COMMAND is one of {string.Join(", ", commands.Keys)}");
    return 2;
}
command(new Options(args[1..]));
return 0;
