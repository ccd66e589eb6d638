namespace IclMesh.Inference.Text.Jinja;

/// <summary>Bounds what one rendering may cost: statements and expressions run, characters and items made.</summary>
/// <param name="limit">The bound.</param>
internal sealed class Budget(long limit)
{
    // A step takes as long as some sixteen characters copied.
    private const int StepCost = 16;

    private long spent;

    /// <summary>Pays for one statement or expression.</summary>
    public void Step() => Spend(StepCost);

    public void Spend(long cost)
    {
        if (cost > limit - spent)
        {
            throw new TemplateException(TemplateFault.Limit, $"the template does or writes more than is allowed ({limit} units)");
        }

        spent += cost;
    }

    /// <summary>Pays for a text.</summary>
    public string Take(string made)
    {
        Spend(made.Length);
        return made;
    }

    /// <summary>Pays for a list.</summary>
    public T Take<T>(T made)
        where T : IReadOnlyCollection<object?>
    {
        Spend(made.Count);
        return made;
    }
}
